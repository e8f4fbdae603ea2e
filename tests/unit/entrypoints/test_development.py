"""Development's own secret: made once, kept to itself, the same for all."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from entrypoints.development import FILE, session_secrets
from entrypoints.folder import make_private
from entrypoints.settings import Settings
from entrypoints.trouble import CannotStart

SECRET = "the-first-secret-of-32-bytes-or-more"  # noqa: S105


def development(data_dir: Path) -> Settings:
    return Settings(env="development", data_dir=data_dir, session_secrets=())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    data_dir = tmp_path / "deep" / "data"

    (first,), (second,) = session_secrets(development(data_dir)), session_secrets(development(data_dir))

    assert first == second and len(first.encode()) >= 32
    assert mode(data_dir / FILE) == 0o600 and mode(data_dir) == 0o700
    assert [path.name for path in data_dir.iterdir()] == [FILE]


def test_many_who_start_at_once_have_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as threads:
        found = set(threads.map(lambda _: session_secrets(development(tmp_path)), range(64)))

    assert len(found) == 1


def test_an_interrupted_start_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    (tmp_path / FILE).with_suffix(".draft").write_text("half a sec")

    (secret,) = session_secrets(development(tmp_path))

    assert len(secret) >= 32


def test_what_was_set_is_taken_and_nothing_made(tmp_path: Path) -> None:
    settings = Settings(env="development", data_dir=tmp_path / "data", session_secrets=(SECRET,))

    assert session_secrets(settings) == (SECRET,) and not (tmp_path / "data").exists()


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 40])
def test_a_file_that_holds_no_secret_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)

    with pytest.raises(CannotStart, match=FILE):
        session_secrets(development(tmp_path))


def test_a_directory_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(CannotStart, match=r"LOCKSTEP_DATA_DIR .*file/data"):
        make_private(tmp_path / "file" / "data")
