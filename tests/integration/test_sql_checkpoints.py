"""SQLite's write-ahead log is taken back into the file without anybody waiting for it."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, enumerate

import pytest

from adapters.conformance.store.specimens import message
from adapters.conformance.store.transactions import transaction
from adapters.sql.schema import migrate
from adapters.sql.sqlite.checkpoints import ROWS
from adapters.sql.sqlite.database import SqliteDatabase
from adapters.sql.store import SqlStore
from service_layer import kinds
from service_layer.kinds import Changes
from tests.harness.crowd import eventually

SOME = ROWS // 4


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def store(path: Path) -> Iterator[SqlStore]:
    store = SqlStore(f"sqlite:///{path}")
    yield store
    store.close()


def write(store: SqlStore, *numbers: int) -> None:
    """So many times some messages, each in a transaction."""
    for number in numbers:
        some = [message(n) for n in range(number * SOME, (number + 1) * SOME)]
        with transaction(store) as opened:
            opened.write([(kinds.MESSAGES, Changes(some, [], []))])
            opened.commit()


def in_the_file(path: Path) -> int:
    """How many messages are there without the log; -1 in the middle of a checkpoint."""
    alone = Path(shutil.copy(path, path.with_name("alone.db")))
    with closing(sqlite3.connect(alone)) as connection:
        try:
            return connection.execute("SELECT count(*) FROM messages").fetchone()[0]
        except sqlite3.DatabaseError:
            return -1


def at_work() -> list[str]:
    return [thread.name for thread in enumerate() if thread.name == "lockstep-checkpoints"]


def test_what_was_committed_goes_back_into_the_file(store: SqlStore, path: Path):
    write(store, 0, 1, 2, 3)

    assert eventually(lambda: in_the_file(path) == ROWS)


def test_so_it_does_again_and_again(store: SqlStore, path: Path):
    for number in range(0, 12, 4):
        write(store, number, number + 1, number + 2, number + 3)
        assert eventually(lambda until=number: in_the_file(path) == (until + 4) * SOME)


def test_no_commit_waits_for_it(path: Path, monkeypatch: pytest.MonkeyPatch):
    begun, go_on, told = Event(), Event(), list[bool]()

    def slow(database: SqliteDatabase) -> None:
        begun.set()
        told.append(go_on.wait(30))

    monkeypatch.setattr(SqliteDatabase, "_checkpoint", slow)
    with closing(SqlStore(f"sqlite:///{path}")) as store:
        write(store, 0, 1, 2, 3)
        assert begun.wait(10)

        write(store, 4, 5)

        assert in_the_file(path) == 0
        go_on.set()
    assert told == [True]


def test_who_writes_little_has_no_thread_for_it_and_a_closed_store_none(path: Path):
    store = SqlStore(f"sqlite:///{path}")
    write(store, 0, 1, 2)
    assert at_work() == []

    write(store, 3)
    assert at_work() == ["lockstep-checkpoints"]

    store.close()
    assert at_work() == []
