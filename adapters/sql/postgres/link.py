"""One connection to PostgreSQL, and what became of a commit during which it was lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import accumulate, pairwise
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from adapters.sql.database import Answer, Batch
from adapters.sql.postgres.arrays import arrays
from adapters.sql.postgres.errors import is_lost
from adapters.sql.postgres.marks import FORGET, FORGET_EVERY, MARK, forgettable, new_mark
from adapters.sql.postgres.timed import TimedConnection
from adapters.sql.postgres.wire import Wire
from service_layer.ports.errors import Conflict, OutcomeUnknown, Unavailable

PATIENCE = 10.0  # seconds to learn what became of a commit without a deadline
LEAST_PATIENCE = 1.0  # seconds for the same where the deadline has all but come
PAUSE = 0.1  # seconds before the next try to reach a server that is away
LIMITED = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
WRITING = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

Connect = Callable[[float | None], "PostgresLink"]


class PostgresLink:
    """Rows are locked as they are loaded, and their versions guarded as they are written; read committed is enough."""

    def __init__(self, connection: TimedConnection, connect: Connect) -> None:
        self._connection = connection
        self._wire = Wire(connection)
        self._connect = connect
        self._mark: str | None = None
        self._commits = 0

    def begin(self, *, write: bool, deadline: float | None) -> None:
        """With all that limits its time, in one round trip."""
        self._connection.deadline, self._mark = deadline, None
        limits = [] if deadline is None else [f"SET LOCAL {limit} = {self._milliseconds()}" for limit in LIMITED]
        self._wire.tell(WRITING if write else READING, *limits)

    def ask(self, text: str, arguments: Sequence[Any]) -> Answer:
        self._milliseconds()
        return self._wire.ask(text, [_text_of(argument) for argument in arguments])

    def change(self, batches: Sequence[Batch]) -> bool:
        """All in one round trip, and with them the mark of this transaction: there if, and only if, they are."""
        self._milliseconds()
        self._mark = new_mark()
        columns = [list(zip(*batch.rows, strict=True)) for batch in batches]
        ends = accumulate(map(len, columns), initial=0)
        written = arrays([column for its in columns for column in its])
        calls = [(batch.text, written[begin:end]) for batch, (begin, end) in zip(batches, pairwise(ends), strict=True)]
        _, *found = self._wire.change([(MARK, [self._mark.encode()]), *calls])
        return found == [len(batch.rows) for batch in batches]

    def commit(self) -> None:
        try:
            self._wire.tell("COMMIT")
        except psycopg.OperationalError as error:
            if not self._connection.closed and not is_lost(error.sqlstate or ""):
                raise
            self._resolve()
        else:
            self._tidy_up()

    def rollback(self) -> None:
        if self._connection.info.transaction_status != TransactionStatus.IDLE:
            self._wire.tell("ROLLBACK")

    def close(self) -> None:
        with suppress(psycopg.Error):
            self._connection.close()

    def _milliseconds(self) -> int:
        """That are left. Raises `Unavailable` where none are."""
        if self._connection.deadline is None:
            return 0
        left = round((self._connection.deadline - time.monotonic()) * 1000)
        if left <= 0:
            raise Unavailable("The request's time was up.")
        return left

    def _resolve(self) -> None:
        """The connection was lost while the server was told to commit.

        Its transaction holds the mark until it has ended, so that another who wants to make the same mark waits for
        that, and then either finds it there or knows that it never will be. Returns if the transaction was committed;
        raises `Conflict` if it was not, `OutcomeUnknown` where that cannot be learnt in time.
        """
        if self._mark is None:
            raise Conflict("the connection was lost, and nothing had been written")
        now = time.monotonic()
        deadline = max(self._connection.deadline or now + PATIENCE, now + LEAST_PATIENCE)
        while time.monotonic() < deadline:
            try:
                self._make_the_same_mark(deadline)
            except psycopg.errors.UniqueViolation:
                return
            except (psycopg.Error, Unavailable):
                time.sleep(PAUSE)
            else:
                raise Conflict("the connection was lost before the commit")
        raise OutcomeUnknown

    def _make_the_same_mark(self, deadline: float) -> None:
        other = self._connect(deadline)
        try:
            other.begin(write=True, deadline=deadline)
            other._wire.change([(MARK, [_text_of(self._mark)])])
        finally:
            other.close()

    def _tidy_up(self) -> None:
        """Marks that nobody will ask for any more; should that fail, the next connection will see to it."""
        if self._mark is None:
            return
        self._commits += 1
        if self._commits % FORGET_EVERY == 0:
            with suppress(psycopg.Error):
                self._wire.change([(FORGET, [_text_of(forgettable())])])


def _text_of(argument: object) -> bytes | None:
    """As PostgreSQL writes it; arrays are so already. Raises `psycopg.DataError` for NUL, at which libpq would stop."""
    if argument is None or isinstance(argument, bytes):
        return argument
    if "\0" in (text := str(argument)):
        raise psycopg.DataError("PostgreSQL's text cannot contain NUL")
    return text.encode()
