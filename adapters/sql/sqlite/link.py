"""One connection to the file, whose writers take turns."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from adapters.sql.database import Answer, Batch
from adapters.sql.sqlite.checkpoints import Checkpoints
from adapters.sql.trouble import ConnectionLost
from adapters.sql.values import Row
from service_layer.ports.errors import Conflict, OutcomeUnknown

PATIENCE = 5.0  # seconds that a transaction without a deadline waits for its turn to write
NAP = 0.0003  # seconds between two looks at a file that another process writes to


class SqliteLink:
    """One connection to the file, used by any thread, by one at a time."""

    def __init__(self, connection: sqlite3.Connection, path: Path, turn: Lock, checkpoints: Checkpoints) -> None:
        self._connection = connection
        self._path = path
        self._file = _identity(path)
        self._turn = turn
        self._checkpoints = checkpoints
        self._rows = 0
        self._writes = False
        self._patience: int | None = None

    def begin(self, *, write: bool, deadline: float | None) -> None:
        if _identity(self._path) != self._file:
            raise ConnectionLost("the file was removed or replaced")  # what is written to it now would go with it
        self._wait_at_most(0.0 if write else patience_until(deadline))
        if not write:
            self._connection.execute("BEGIN")
            return
        latest = time.monotonic() + patience_until(deadline)
        if not self._turn.acquire(timeout=patience_until(deadline)):
            raise Conflict("SQLITE_BUSY")
        self._writes, self._rows = True, 0
        self._begin_immediate(latest)

    def ask(self, text: str, arguments: Sequence[Any]) -> Answer:
        rows: list[Row] = self._connection.execute(text, arguments).fetchall()
        return lambda: rows

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


def patience_until(deadline: float | None) -> float:
    """Seconds that are left."""
    return PATIENCE if deadline is None else max(0.0, deadline - time.monotonic())


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file is there, whatever its name."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
