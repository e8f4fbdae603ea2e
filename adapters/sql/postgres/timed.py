"""A connection that gives a silent server up."""

from __future__ import annotations

import time

import psycopg
from psycopg.abc import RV, PQGen

from adapters.sql.values import Row

GRACE = 1.0  # seconds past the deadline; a server that is well has refused by itself before


class TimedConnection(psycopg.Connection[Row]):
    """Closes itself when the server has not answered in time: what it would still say is for nobody."""

    deadline: float | None = None

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        if self.deadline is None:
            return super().wait(gen, interval, timeout)
        latest = self.deadline + GRACE
        try:
            return super().wait(gen, interval, max(0.0, latest - time.monotonic()))
        except psycopg.OperationalError:
            if time.monotonic() >= latest:
                self.pgconn.finish()
            raise
