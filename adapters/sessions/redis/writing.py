"""What writes: the new state of each changed session goes into the outbox, and to Redis once that is durable."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from adapters.sessions.redis.copies import Copies, Copy
from adapters.sessions.redis.transactions import Around
from service_layer.kinds import MESSAGES, SESSIONS, Changes, Kind
from service_layer.ports.errors import Unavailable
from service_layer.ports.store import StoreTransaction
from service_layer.records import Message, SessionRecord

E = TypeVar("E")
Unconfirmed = set[str]
"""The keys of sessions that the newest transaction has ended, and Redis has not been told."""


class Writing(Around):
    """Sees sessions as the database has them, and locks them there; asks Redis nothing before the commit."""

    def __init__(
        self, inner: StoreTransaction, copies: Copies, message: Callable[[str], Message], unconfirmed: Unconfirmed
    ) -> None:
        self._inner = inner
        self._copies = copies
        self._message = message
        self._unconfirmed = unconfirmed
        self._changed: list[Copy] = []
        self._nowhere: list[Copy] = []

    @property
    def inner(self) -> StoreTransaction:
        return self._inner

    def load(self, kind: Kind[E], index: str, values: Sequence[str]) -> Iterable[E]:
        """A session that is not in the database has ended, whatever Redis still thinks."""
        found = list(super().load(kind, index, values))
        if kind is SESSIONS and index == "key":
            self._nowhere += map(Copy.ended, sorted(set(values) - {kind.key(record) for record in found}))
        return found

    def write(self, changes: Sequence[tuple[Kind[Any], Changes[Any]]]) -> None:
        self._changed = [copy for kind, change in changes if kind is SESSIONS for copy in _copies(change)]
        told = [self._message(json.dumps(copy.payload(), separators=(",", ":"))) for copy in self._changed]
        super().write(_with_messages(changes, told) if told else changes)

    def commit(self) -> None:
        """What Redis cannot be told now, the relay tells it."""
        super().commit()
        self._unconfirmed.clear()
        if (told := [*self._changed, *self._nowhere]) and not self._told(told):
            self._unconfirmed.update(copy.key for copy in self._changed if copy.is_end)

    def _told(self, copies: Sequence[Copy]) -> bool:
        if self._copies.away:
            return False
        try:
            self._copies.put(copies)
        except Unavailable:
            return False
        return True


def _copies(changes: Changes[SessionRecord]) -> Iterator[Copy]:
    yield from map(Copy.of, changes.added)
    yield from (Copy.of(record) for record, _ in changes.updated)
    yield from (Copy.ended(key) for key, _ in changes.removed)


def _with_messages(
    changes: Sequence[tuple[Kind[Any], Changes[Any]]], told: Sequence[Message]
) -> list[tuple[Kind[Any], Changes[Any]]]:
    """Messages are the last kind that every transaction writes."""
    others = [(kind, change) for kind, change in changes if kind is not MESSAGES]
    already = next((change for kind, change in changes if kind is MESSAGES), Changes[Message]([], [], []))
    return [*others, (MESSAGES, Changes([*already.added, *told], already.updated, already.removed))]
