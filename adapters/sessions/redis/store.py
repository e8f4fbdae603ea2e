"""Sessions for many processes: decided by the database, read from Redis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from adapters.sessions.redis.copies import Copies, Copy
from adapters.sessions.redis.reading import Reading
from adapters.sessions.redis.writing import Unconfirmed, Writing
from adapters.sessions.stored import StoredSessions
from service_layer.outbox import session_message
from service_layer.ports.clock import Clock
from service_layer.ports.errors import OutcomeUnknown
from service_layer.ports.ids import Ids
from service_layer.ports.sessions import Change, SessionCapabilities
from service_layer.ports.store import Store, StoreTransaction
from service_layer.records import Message


class RedisSessions(StoredSessions):
    """The record moves with the order's own commit; Redis is told after it, at once or by the relay."""

    capabilities = SessionCapabilities(
        atomic=True,
        revocable=True,
        listable=True,
        limits=(
            "Redis never holds what is not committed; what is committed it may hold a little later: where it could"
            " not be told at once, the relay tells it.",
            "In that time what only reads may see a session as it was, even one that has ended. What writes never"
            " does: it asks the database.",
            "Whoever ends a session, and Redis has not confirmed it, is answered 503; the relay tells it.",
            "A Redis that forgets what it has confirmed, as in a fail-over, may let an ended session read until it"
            " ought to be noted as seen: for a tenth of the idle time.",
            "While Redis is away the database is asked, and nobody is logged out.",
        ),
    )

    def __init__(self, url: str, clock: Clock, ids: Ids) -> None:
        """`redis://…` or `rediss://…`. Raises `ValueError`."""
        self._copies = Copies(url)
        self._clock = clock
        self._ids = ids
        self._unconfirmed: Unconfirmed = set()

    def beside(self, store: Store) -> Store:
        return Followed(store, self._copies, self._message, self._unconfirmed)

    def follow(self, changes: Sequence[Mapping[str, object]]) -> None:
        self._copies.put(map(Copy.told, changes))

    def finish(self, change: Change) -> None:
        """Raises `OutcomeUnknown` where the session has ended and Redis does not know it yet."""
        if change.before is not None and change.before.key in self._unconfirmed:
            raise OutcomeUnknown

    def close(self) -> None:
        self._copies.close()

    def _message(self, payload: str) -> Message:
        return session_message(self._ids.new(), payload, self._clock.now())


@dataclass(frozen=True, slots=True)
class Followed:
    """The store beside these sessions."""

    inner: Store
    copies: Copies
    message: Callable[[str], Message]
    unconfirmed: Unconfirmed

    def begin(self, *, write: bool, deadline: float | None = None) -> StoreTransaction:
        if not write:
            return Reading(self.inner, self.copies, deadline)
        return Writing(self.inner.begin(write=True, deadline=deadline), self.copies, self.message, self.unconfirmed)

    def close(self) -> None:
        self.inner.close()
