"""Sessions in a folder, certified."""

import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from lockstep_folder_sessions import FolderSessions, open_sessions

from adapters.conformance.sessions import OpenSessions, SessionStoreContract
from adapters.memory.store import MemoryStore
from adapters.system.fixed import CountingIds, FixedClock
from entrypoints.plugins import Surroundings


class TestFolderSessions(SessionStoreContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def open_sessions(self, tmp_path: Path) -> OpenSessions:
        return lambda: FolderSessions(tmp_path)


def test_the_package_names_the_function_that_opens_it():
    project = tomllib.loads(Path(__file__).with_name("pyproject.toml").read_text())["project"]
    module, _, function = project["entry-points"]["lockstep.sessions"]["folder"].partition(":")

    assert getattr(import_module(module), function) is open_sessions


@pytest.mark.parametrize("place", ["folder:///{path}/of-its-own", "folder"])
def test_it_opens_where_its_url_says(tmp_path: Path, place: str):
    surroundings = Surroundings(tmp_path / "data", FixedClock(), CountingIds())

    open_sessions(place.format(path=tmp_path), surroundings)

    assert (tmp_path / "of-its-own").is_dir() or (tmp_path / "data" / "sessions").is_dir()
