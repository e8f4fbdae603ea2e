"""The connections that are open and idle, ready for the next transaction."""

from __future__ import annotations

from collections import deque

from adapters.sql.database import Database, Link
from adapters.sql.trouble import ConnectionLost
from service_layer.ports.errors import Unavailable


class Connections:
    """As many as there are transactions at once: whoever begins them bounds their number."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._idle: deque[Link] = deque()
        self._closed = False

    def begin(self, *, write: bool, deadline: float | None) -> Link:
        """A connection in a transaction; one that died while it was idle is replaced.

        Raises `Conflict`, `Unavailable`.
        """
        while True:
            link = self._idle_one()
            try:
                return self._begun(link or self.database.connect(deadline), write=write, deadline=deadline)
            except Exception as error:
                failure = self.failure(error)
                if link is None or not isinstance(failure, ConnectionLost):
                    refusal = unless_had(failure)
                    raise refusal from refusal.__cause__
            self._drop_idle()  # what has ended one connection has ended the others

    def end(self, link: Link, *, spoiled: bool = False) -> None:
        """What was not committed is undone, and the connection kept for others unless it is spoiled. Never raises."""
        try:
            link.rollback()
        except Exception:
            spoiled = True
        if spoiled or self._closed:
            link.close()
        else:
            self._idle.append(link)

    def failure(self, error: Exception) -> Exception:
        """What the store's ports call it."""
        return self.database.translated(error)

    def close(self) -> None:
        self._closed = True
        self.database.close()
        self._drop_idle()

    def _begun(self, link: Link, *, write: bool, deadline: float | None) -> Link:
        try:
            link.begin(write=write, deadline=deadline)
        except Exception:
            link.close()
            raise
        return link

    def _idle_one(self) -> Link | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _drop_idle(self) -> None:
        while link := self._idle_one():
            link.close()


def unless_had(failure: Exception) -> Exception:
    """A connection that was never had cannot be lost: the database is away."""
    if not isinstance(failure, ConnectionLost):
        return failure
    outage = Unavailable()
    outage.__cause__ = failure.__cause__
    return outage
