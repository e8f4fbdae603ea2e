"""The sandbox's own records: one SQLite file that several processes may share."""

import sqlite3
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple, TypeAlias

from adapters.payments import rows
from adapters.payments.rules import Known, take
from service_layer.ports.errors import GatewayRefused, GatewayTimeout, GatewayUnreachable
from service_layer.ports.gateway import Charge

BUSY_SECONDS = 5.0


class Question(NamedTuple):
    """A step to be taken on what is known of a key."""

    key: str
    step: Callable[[Known], Known]


Answer: TypeAlias = Known | GatewayRefused


class Ledger:
    """Every charge there is, and every key that was spent without one.

    What is committed is with the operating system (WAL, `synchronous=NORMAL`): that survives the end
    of the process, `kill -9` included. After a power cut the file is whole, but its last moments may
    be missing, which is enough for money that does not exist.
    """

    def __init__(self, path: Path) -> None:
        """Raises `OSError` where no records can be kept at the path."""
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = self._connect()
            self._prepare()
        except (OSError, sqlite3.Error, GatewayUnreachable) as error:
            raise OSError(f"The sandbox gateway cannot keep its records in {path}: {error}") from error

    def answer(self, questions: Sequence[Question]) -> list[Answer]:
        """Takes the steps in turn, in one transaction; the answers count, for it is committed.

        Raises `GatewayUnreachable` where others keep the file busy, `GatewayTimeout` where it fails.
        """
        try:
            with self._transaction():
                before = rows.load(self._connection, {question.key for question in questions})
                after = dict(before)
                answers = [_answer(question, after) for question in questions]
                rows.save(self._connection, before, after)
        except sqlite3.Error as error:
            raise GatewayTimeout(f"The sandbox gateway's records failed: {error}") from error
        return answers

    def charges(self) -> list[Charge]:
        """In the order in which they were made. On a connection of its own: a long list holds up no payment."""
        try:
            with closing(self._connect()) as connection:
                return rows.all_charges(connection)
        except sqlite3.Error as error:
            raise GatewayUnreachable(f"The sandbox gateway's records cannot be read: {error}") from error

    def close(self) -> None:
        self._connection.close()

    def _connect(self) -> sqlite3.Connection:
        """Transactions are ours to begin. Opened by one thread and used by another, never by both at once."""
        return sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)

    def _prepare(self) -> None:
        self._use_write_ahead_log()
        self._connection.execute("PRAGMA synchronous = NORMAL")
        with self._transaction():
            for statement in rows.SCHEMA:
                self._connection.execute(statement)

    def _use_write_ahead_log(self) -> None:
        """Waits for its turn where several processes start: for this statement SQLite itself does not."""
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
            else:
                return

    @contextmanager
    def _transaction(self) -> Generator[None]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise GatewayUnreachable(f"The sandbox gateway's records are out of reach: {error}") from error
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise


def _answer(question: Question, records: dict[str, Known]) -> Answer:
    try:
        return take(question.step, question.key, records)
    except GatewayRefused as refusal:
        return refusal
