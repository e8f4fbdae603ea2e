"""Other people's distributions, installed for one test."""

import sys
from collections.abc import Callable, Iterator

import pytest

from entrypoints import plugins


@pytest.fixture
def install(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Installs version 1.0 of a distribution: its metadata files by name, and `code` as a module of its name."""
    modules: list[str] = []

    def install(name: str, code: str = "", **metadata: str) -> None:
        site = tmp_path_factory.mktemp("site")
        info = site / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        for file, text in metadata.items():
            (info / f"{file}.txt").write_text(text)
        (site / f"{name}.py").write_text(code)
        modules.append(name)
        monkeypatch.syspath_prepend(site)
        plugins.registered.cache_clear()

    yield install
    plugins.registered.cache_clear()
    for name in modules:
        sys.modules.pop(name, None)
