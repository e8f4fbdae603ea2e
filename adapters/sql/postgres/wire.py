"""The wire to PostgreSQL: statements prepared at their first use, as many to a round trip as there are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import psycopg
from psycopg import errors
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.generators import execute, fetch_many, send
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

from adapters.sql.database import Answer
from adapters.sql.postgres.timed import TimedConnection
from adapters.sql.values import Row

Call = tuple[str, Sequence[bytes | None]]
"""A statement's text, and its arguments as PostgreSQL writes them."""

_FAILED = (ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED)


class RoundTrip:
    """Statements that go together, and what came back."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.results: list[PGresult] = []
        self.error: Exception | None = None


class Wire:
    """By libpq's own calls: a cursor of the driver's costs as much as all that is asked through it.

    Raises the driver's own errors.
    """

    def __init__(self, connection: TimedConnection) -> None:
        self._connection = connection
        self._libpq = connection.pgconn
        self._names: dict[str, bytes] = {}
        self._reader = Transformer(connection)
        self._next = RoundTrip()

    def tell(self, *texts: str) -> None:
        """Statements that take nothing and give nothing. What was asked, and never looked at, is forgotten."""
        self._next = RoundTrip()
        self._libpq.send_query("; ".join(texts).encode())
        _check(self._connection.wait(execute(self._libpq)))

    def ask(self, text: str, arguments: Sequence[bytes | None]) -> Answer:
        """Goes with what else is asked until the first answer is looked at."""
        self._next.calls.append((text, arguments))
        return partial(self._rows, self._next, len(self._next.calls) - 1)

    def change(self, calls: Sequence[Call]) -> list[int]:
        """How many rows each has changed; none of them after one that fails."""
        trip, before = self._next, len(self._next.calls)
        trip.calls += calls
        self._go()
        return [result.command_tuples or 0 for result in trip.results[before:]]

    def _rows(self, trip: RoundTrip, place: int) -> list[Row]:
        if trip is self._next:
            self._go()
        if trip.error is not None:
            raise trip.error
        result = trip.results[place]
        self._reader.set_pgresult(result)
        return self._reader.load_rows(0, result.ntuples, tuple)

    def _go(self) -> None:
        trip, self._next = self._next, RoundTrip()
        try:
            self.make(trip)
        except Exception as error:
            trip.error = error
            raise

    def make(self, trip: RoundTrip) -> None:
        """Sends all of it, and waits for all that comes back."""
        self._prepare(trip)
        self._libpq.enter_pipeline_mode()
        try:
            for text, arguments in trip.calls:
                self._libpq.send_query_prepared(self._names[text], arguments)
            self._libpq.pipeline_sync()
            self._connection.wait(self._fill(trip))
        finally:
            self._end()
        _check(trip.results)

    def _end(self) -> None:
        """Of the pipeline; where something is left in it, nothing more can be learnt from this connection."""
        try:
            if self._libpq.status == ConnStatus.OK:
                self._libpq.exit_pipeline_mode()
        except psycopg.OperationalError:
            self._libpq.finish()

    def _fill(self, trip: RoundTrip) -> PQGen[None]:
        yield from send(self._libpq)
        for _ in trip.calls:
            trip.results += yield from fetch_many(self._libpq)
        yield from fetch_many(self._libpq)  # the end of the pipeline
        if len(trip.results) != len(trip.calls):
            raise psycopg.InternalError("as many answers as questions were expected")

    def _prepare(self, trip: RoundTrip) -> None:
        for text, _ in trip.calls:
            if text not in self._names:
                name = b"lockstep_%d" % len(self._names)
                self._libpq.send_prepare(name, text.encode())
                _check(self._connection.wait(execute(self._libpq)))
                self._names[text] = name


def _check(results: Sequence[PGresult]) -> None:
    """Raises the first error that there is."""
    for result in results:
        if result.status in _FAILED:
            raise errors.error_from_result(result)
