"""The store over SQL on SQLite: certified, and what a certificate does not ask."""

import multiprocessing
import resource
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from adapters.conformance.store import StoreContract
from adapters.conformance.store.specimens import ADA, ADAS, EUR, NOON, everything
from adapters.conformance.store.transactions import change, find, found, insistently, keep, pay_in, transaction, written
from adapters.sql.addresses import database_at
from adapters.sql.book import book_of
from adapters.sql.schema import migrate
from adapters.sql.sqlite.grammar import GRAMMAR
from adapters.sql.store import SqlStore
from domain.errors import LawBroken
from domain.money import Money
from service_layer import kinds
from service_layer.kinds import Changes
from service_layer.ports.errors import Conflict, Unavailable
from service_layer.records import Message

ONE = Money(1, EUR)


def messages(count: int, size: int = 100) -> list[Message]:
    payload = "x" * size
    return [Message(id=f"m-{n:04}", name="E", payload=payload, created_at=NOON, due_at=NOON) for n in range(count)]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the schema and nothing else, to be copied."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def path(tmp_path: Path, migrated: Path) -> Path:
    return Path(shutil.copy(migrated, tmp_path / "shop.db"))


@pytest.fixture
def store(path: Path) -> Iterator[SqlStore]:
    store = SqlStore(f"sqlite:///{path}")
    yield store
    store.close()


class TestSqlite(StoreContract):
    @pytest.fixture
    def open_store(self, path: Path) -> Callable[[], SqlStore]:
        return lambda: SqlStore(f"sqlite:///{path}")


def test_a_commit_is_on_the_disk_and_references_are_checked(path: Path):
    link = database_at(f"sqlite:///{path}").connect(None)

    settings = {
        name: link.ask(f"PRAGMA {name}", ())()[0][0] for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    link.close()

    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_every_table_is_strict(path: Path):
    with closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT name, strict FROM pragma_table_list WHERE type = 'table'").fetchall()

    assert {name for name, strict in tables if not strict and not name.startswith("sqlite_")} == {"alembic_version"}


def test_no_load_and_no_page_reads_a_whole_table(path: Path):
    link = database_at(f"sqlite:///{path}").connect(None)

    for kind, its in book_of(GRAMMAR).of.items():
        for statement in (*its.load.values(), *its.page.values(), *its.due.values()):
            arguments = ["[]" if name == "values" else 1 for name in statement.names]
            plan = [row[3] for row in link.ask(f"EXPLAIN QUERY PLAN {statement.text}", arguments)()]
            scans = [step for step in plan if step.startswith(f"SCAN {its.mapped.table.name}")]
            assert all("USING INDEX" in step for step in scans), kind

    link.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://ada:secret@host/shop", "nonsense", ""])
def test_another_kind_of_address_is_refused_without_quoting_it(url: str):
    with pytest.raises(ValueError, match="sqlite") as caught:
        SqlStore(url)

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("content", [None, b"", b"not a database, whatever its name says" * 100])
def test_a_file_that_is_no_database_is_an_outage(tmp_path: Path, content: bytes | None):
    path = tmp_path / "shop.db"
    if content is not None:
        path.write_bytes(content)
    store = SqlStore(f"sqlite:///{path}")

    for write in (True, False):
        with pytest.raises(Unavailable), transaction(store, write=write) as opened:
            opened.load(kinds.MESSAGES, "key", ["m-1"])

    store.close()
    assert path.exists() == (content is not None)


def test_a_database_that_comes_later_is_found_without_a_restart(tmp_path: Path):
    store = SqlStore(f"sqlite:///{tmp_path}/shop.db")
    with pytest.raises(Unavailable):
        store.begin(write=True)

    migrate(f"sqlite:///{tmp_path}/shop.db")

    keep(store, everything())
    assert found(store) == written()
    store.close()


def test_a_file_that_is_removed_is_missed_and_another_in_its_place_is_used(store: SqlStore, path: Path):
    keep(store, everything())
    for name in ("shop.db", "shop.db-wal", "shop.db-shm"):
        path.with_name(name).unlink()

    with pytest.raises(Unavailable):
        store.begin(write=True)

    migrate(f"sqlite:///{path}")
    keep(store, everything())
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (2,)


def test_a_full_disk_is_an_outage_that_leaves_no_trace_and_passes(store: SqlStore):
    with transaction(store) as opened:
        opened._open.ask("PRAGMA max_page_count = 40", ())  # type: ignore[attr-defined]
        with pytest.raises(Unavailable):
            opened.write([(kinds.MESSAGES, Changes(messages(100, 10_000), [], []))])

    keep(store, {"messages": messages(100, 10_000)})
    assert len(find(store, kinds.MESSAGES, *(f"m-{n:04}" for n in range(200)))) == 100


def test_a_commit_that_cannot_be_written_has_not_happened(store: SqlStore, path: Path):
    with transaction(store) as opened:
        opened.write([(kinds.MESSAGES, Changes(messages(100), [], []))])
        log = path.with_name("shop.db-wal").stat()
        with no_file_larger_than(log.st_size + 5000), pytest.raises(Unavailable):
            opened.commit()

    assert find(store, kinds.MESSAGES, "m-0000") == []
    keep(store, {"messages": messages(100)})
    assert len(find(store, kinds.MESSAGES, "m-0000")) == 1


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_whoever_finds_the_file_taken_by_another_process_waits_its_time_and_no_longer(store: SqlStore, path: Path):
    keep(store, everything())
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(Conflict):
            store.begin(write=True, deadline=began + 0.2)
        assert 0.2 <= time.monotonic() - began < 2
        assert len(find(store, kinds.USERS, ADA)) == 1  # readers do not wait

        other.execute("COMMIT")

    change(store, (kinds.MESSAGES, Changes(messages(1), [], [])))


def pay_often(url: str) -> None:
    """The work of a process."""
    store = SqlStore(url)

    def pay() -> None:
        with transaction(store) as opened:
            pay_in(opened, ADAS, ONE)
            opened.commit()

    for _ in range(25):
        insistently(pay)
    store.close()


def test_no_update_is_lost_between_processes(store: SqlStore, path: Path):
    keep(store, everything())
    processes = [
        multiprocessing.get_context("spawn").Process(target=pay_often, args=(f"sqlite:///{path}",)) for _ in range(2)
    ]

    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0]
    assert find(store, kinds.ACCOUNTS, ADAS)[0].balance == Money(50, EUR)


def test_what_the_database_refuses_names_the_law_and_quotes_nothing(store: SqlStore):
    keep(store, {"users": everything()["users"]})
    account = everything()["accounts"][0]
    account.balance = Money(-4242, EUR)

    with pytest.raises(LawBroken, match="accounts_balance_check") as caught:
        keep(store, {"accounts": [account]})

    assert "4242" not in str(caught.value) and ADAS not in str(caught.value)


def test_a_reference_to_nobody_is_refused(store: SqlStore):
    with pytest.raises(LawBroken, match="FOREIGN KEY"):
        keep(store, {"accounts": everything()["accounts"]})

    assert find(store, kinds.ACCOUNTS, ADAS) == []


def test_a_transaction_that_has_ended_is_of_no_more_use(store: SqlStore):
    opened = store.begin(write=True)
    opened.rollback()

    with pytest.raises(RuntimeError, match="ended"):
        opened.load(kinds.USERS, "key", [ADA])


def test_a_closed_store_keeps_no_connection(store: SqlStore, path: Path):
    with transaction(store, write=False) as opened:
        opened.load(kinds.USERS, "key", [ADA])
        store.close()

    assert not path.with_name("shop.db-wal").exists()  # the last to leave puts the log away
