"""A SQLite file, and what goes on in this process beside its connections."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, NullPool, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.event import listen

from adapters.sql.sqlite import errors
from adapters.sql.sqlite.checkpoints import Checkpoints
from adapters.sql.sqlite.grammar import GRAMMAR
from adapters.sql.sqlite.link import PATIENCE, SqliteLink, patience_until
from adapters.sql.trouble import DatabaseTrouble

PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "wal_autocheckpoint = 16000",  # pages, 64 MB: while commits keep adding to the log, only one of them can end it
)


class SqliteDatabase:
    """A file. Writers of this process queue at a lock, so that only those of other processes poll for the file's."""

    def __init__(self, url: URL) -> None:
        """Raises `ValueError` where the URL names no file."""
        self.grammar = GRAMMAR
        self.path = path_of(url)
        self.turn = Lock()
        self.checkpoints = Checkpoints(self._checkpoint)

    def connect(self, deadline: float | None) -> SqliteLink:
        connection = self._connection("rw", patience_until(deadline))
        return SqliteLink(connection, self.path, self.turn, self.checkpoints)

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

    def translated(self, error: Exception) -> Exception:
        return errors.translated(error)

    def trouble(self, error: Exception) -> DatabaseTrouble | None:
        return errors.trouble(error, self.path)

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


def path_of(url: URL) -> Path:
    """Raises `ValueError` where the URL names no file."""
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise ValueError("a SQLite URL names a file, as in sqlite:///shop.db")
    return Path(url.database)
