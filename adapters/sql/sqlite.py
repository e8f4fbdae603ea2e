"""SQLite: one file, one writer at a time, every commit on the disk before anybody hears of it."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import (
    BindParameter,
    ClauseElement,
    Column,
    ColumnElement,
    Connection,
    Engine,
    NullPool,
    Table,
    bindparam,
    create_engine,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.event import listen

from adapters.sql.checkpoints import Checkpoints
from adapters.sql.database import Batch
from adapters.sql.trouble import ConnectionLost, DatabaseTrouble, NotADatabase, NotWritable
from adapters.sql.values import Row
from domain.errors import LawBroken
from service_layer.ports.errors import Conflict, OutcomeUnknown, Unavailable

PATIENCE = 5.0  # seconds that a transaction without a deadline waits for its turn to write
NAP = 0.0003  # seconds between two looks at a file that another process writes to
PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "wal_autocheckpoint = 16000",  # pages, 64 MB: while commits keep adding to the log, only one of them can end it
)

_TAKEN = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_SCHEMA}
_FOR_READING_ONLY = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
_OUT_OF_ORDER = {
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_PERM, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_READONLY,
}  # fmt: skip


class SqliteGrammar:
    """A row at a time; a list of values is one parameter, as JSON."""

    dialect = SQLiteDialect_pysqlite()

    def among(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        return column.in_(select(func.json_each(bindparam("values")).table_valued("value").c.value))

    def argument(self, values: Sequence[str]) -> object:
        return json.dumps(values)

    def insert(self, table: Table) -> ClauseElement:
        return insert(table)

    def update(self, table: Table, columns: Sequence[Column[Any]]) -> ClauseElement:
        changed: dict[Column[Any], BindParameter[Any]] = {column: bindparam(f"new_{column.name}") for column in columns}
        return update(table).values(changed).where(table.c[0] == bindparam("is"), table.c.version == bindparam("was"))

    def delete(self, table: Table) -> ClauseElement:
        return delete(table).where(table.c[0] == bindparam("is"), table.c.version == bindparam("was"))

    def json_text(self, column: ColumnElement[Any], *path: str) -> ColumnElement[str]:
        return func.json_extract(column, "$." + ".".join(path))


GRAMMAR = SqliteGrammar()


class SqliteDatabase:
    """A file. Writers of this process queue at a lock, so that only those of other processes poll for the file's."""

    def __init__(self, url: URL) -> None:
        """Raises `ValueError` where the URL names no file."""
        self.grammar = GRAMMAR
        self.path = path_of(url)
        self.turn = Lock()
        self.checkpoints = Checkpoints(self._checkpoint)

    def connect(self, deadline: float | None) -> SqliteLink:
        return SqliteLink(self._connection("rw", _patience(deadline)), self)

    def close(self) -> None:
        self.checkpoints.close()

    def engine(self, *, write: bool) -> Engine:
        def connect() -> sqlite3.Connection:
            return self._connection("rwc" if write else "rw", PATIENCE)

        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

        engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
        listen(engine, "begin", begin)
        return engine

    def is_there(self) -> bool:
        return self.path.exists()

    def make_room(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def trouble(self, error: Exception) -> DatabaseTrouble | None:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT} or self.path.is_dir():
            return NotADatabase(f"{self.path} is not a SQLite database")
        if code in _FOR_READING_ONLY or isinstance(error, OSError):
            return NotWritable(f"{self.path} cannot be written: see its permissions, and its folder's")
        return None

    def _connection(self, mode: str, patience: float) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode={mode}", uri=True, timeout=patience,
            isolation_level=None, check_same_thread=False, cached_statements=256,
        )  # fmt: skip
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _checkpoint(self) -> None:
        """As much as can be had without keeping anybody waiting; of the file that is there now."""
        with closing(self._connection("rw", 0.0)) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def translated(self, error: Exception) -> Exception:
        if not isinstance(error, sqlite3.Error):
            return error
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:
            return _because(error, ConnectionLost())
        if code & 0xFF in _BUSY or code in _TAKEN:
            return Conflict(error.sqlite_errorname)
        if code & 0xFF == sqlite3.SQLITE_CONSTRAINT:
            return LawBroken(str(error))  # it names the constraint and quotes no value
        if code & 0xFF in _OUT_OF_ORDER or str(error).startswith("no such"):
            return _because(error, Unavailable())
        return error


class SqliteLink:
    """One connection to the file, used by any thread, by one at a time."""

    def __init__(self, connection: sqlite3.Connection, database: SqliteDatabase) -> None:
        self._connection = connection
        self._path = database.path
        self._file = _identity(database.path)
        self._turn = database.turn
        self._checkpoints = database.checkpoints
        self._rows = 0
        self._writes = False
        self._patience: int | None = None

    def begin(self, *, write: bool, deadline: float | None) -> None:
        if _identity(self._path) != self._file:
            raise ConnectionLost("the file was removed or replaced")  # what is written to it now would go with it
        self._wait_at_most(0.0 if write else _patience(deadline))
        if not write:
            self._connection.execute("BEGIN")
            return
        latest = time.monotonic() + _patience(deadline)
        if not self._turn.acquire(timeout=_patience(deadline)):
            raise Conflict("SQLITE_BUSY")
        self._writes, self._rows = True, 0
        self._begin_immediate(latest)

    def fetch(self, text: str, arguments: Sequence[Any]) -> list[Row]:
        return self._connection.execute(text, arguments).fetchall()

    def change(self, batches: Sequence[Batch]) -> bool:
        self._rows += sum(len(batch.rows) for batch in batches)
        executemany = self._connection.executemany
        return all(executemany(batch.text, batch.rows).rowcount == len(batch.rows) for batch in batches)

    def commit(self) -> None:
        try:
            self._connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_IOERR_FSYNC:  # all is written; whether it lasts, nobody knows
                raise OutcomeUnknown from error
            raise
        if self._writes:
            self._checkpoints.written(self._rows)
        self._yield()

    def rollback(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        finally:
            self._yield()

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self._connection.close()
        self._yield()

    def _wait_at_most(self, seconds: float) -> None:
        """At the file's locks. Asked for only where it is another time than before, which it seldom is for writers."""
        patience = round(seconds * 1000)
        if patience != self._patience:
            self._connection.execute(f"PRAGMA busy_timeout = {patience}")
            self._patience = patience

    def _begin_immediate(self, latest: float) -> None:
        """Looks more often than SQLite's own patience would, whose naps of up to 100 ms leave busy files idle."""
        while True:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= latest:
                    raise
                time.sleep(NAP)
            else:
                return

    def _yield(self) -> None:
        if self._writes:
            self._writes = False
            self._turn.release()


def path_of(url: URL) -> Path:
    """Raises `ValueError` where the URL names no file."""
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise ValueError("a SQLite URL names a file, as in sqlite:///shop.db")
    return Path(url.database)


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file is there, whatever its name."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _patience(deadline: float | None) -> float:
    return PATIENCE if deadline is None else max(0.0, deadline - time.monotonic())


def _because(cause: Exception, error: Exception) -> Exception:
    error.__cause__ = cause
    return error
