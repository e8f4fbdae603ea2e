"""A start that must not happen ends at once, with a line that says why."""

import socket
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.harness.server import COMMAND, HOST, PATIENCE, REPOSITORY, environment, free_port, lockstep

SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105
WRONG = [
    ("env", "staging"),
    ("group_commit", "many"),
    ("group_commit", "0"),
    ("session_idle_seconds", "-1"),
    ("session_absolute_seconds", "soon"),
    ("request_deadline_seconds", "0"),
    ("login_attempts", "often"),
    ("payment_gateway", "nowhere"),
    ("session_store", "shoebox"),
    ("database_url", "a database"),
    ("database_url", "gopher://shop"),
    ("session_secrets", "too-short"),
    ("session_secrets", f"{SECRET},too-short"),
    ("trusted_origins", "shop.example"),
]


def serve(data_dir: Path, **settings: str | None) -> subprocess.CompletedProcess[str]:
    return lockstep("serve", "--host", HOST, "--port", str(free_port()), data_dir=data_dir, **settings)


def assert_one_line(ended: subprocess.CompletedProcess[str], *words: str) -> str:
    assert "Traceback" not in ended.stderr + ended.stdout
    (line,) = ended.stderr.strip().splitlines()
    assert all(word in line for word in words), line
    return line


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    ended = serve(tmp_path, **{name: value})

    assert ended.returncode == 2
    assert_one_line(ended, f"LOCKSTEP_{name.upper()}")
    assert "too-short" not in ended.stderr and SECRET not in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("missing", "settings"),
    [
        ("LOCKSTEP_SESSION_SECRETS", {"payment_gateway": "sandbox"}),
        ("LOCKSTEP_PAYMENT_GATEWAY", {"session_secrets": SECRET}),
    ],
)
def test_production_does_not_guess(tmp_path: Path, missing: str, settings: dict[str, str]) -> None:
    ended = serve(tmp_path, env=None, **settings)

    assert ended.returncode == 2
    assert_one_line(ended, missing)


def not_a_database(data_dir: Path) -> None:
    (data_dir / "lockstep.db").write_bytes(b"Dear diary, this is not a database. " * 100)


def a_directory(data_dir: Path) -> None:
    (data_dir / "lockstep.db").mkdir()


def of_a_newer_schema(data_dir: Path) -> None:
    assert lockstep("migrate", data_dir=data_dir).returncode == 0
    with closing(sqlite3.connect(data_dir / "lockstep.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = 'ffffffffffff'")


@pytest.mark.parametrize("spoil", [not_a_database, a_directory, of_a_newer_schema])
def test_a_database_that_cannot_be_used_is_named(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    spoil(tmp_path)

    ended = serve(tmp_path)

    assert ended.returncode > 0
    line = assert_one_line(ended)
    assert "lockstep.db" in line or "LOCKSTEP_DATABASE_URL" in line


def test_a_data_directory_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    ended = serve(tmp_path / "file" / "data")

    assert ended.returncode > 0
    assert_one_line(ended, str(tmp_path / "file"))


def _without_coverage(surroundings: dict[str, str]) -> dict[str, str]:
    """Coverage keeps a file of its own, which would not fit on that disk either."""
    return {name: value for name, value in surroundings.items() if not name.startswith("COVERAGE_")}


@pytest.mark.parametrize("command", ["migrate", "serve"])
def test_a_full_disk_is_named(tmp_path: Path, command: str) -> None:
    """No file may grow beyond 8 KB: the limit of a process stands in for the end of a disk."""
    ended = subprocess.run(
        ["sh", "-c", 'ulimit -f 16; exec "$@"', "sh", *COMMAND, command],
        cwd=REPOSITORY,
        env=_without_coverage(environment(tmp_path)) | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert ended.returncode > 0
    assert_one_line(ended)


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server((HOST, free_port())) as taken:
        port = taken.getsockname()[1]
        ended = lockstep("serve", "--host", HOST, "--port", str(port), data_dir=tmp_path)

    assert ended.returncode > 0
    assert_one_line(ended, str(port))
