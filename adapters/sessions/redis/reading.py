"""What only reads: sessions come from Redis, the rest from the database, which need not be asked for less."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar, cast

from adapters.sessions.redis.copies import Copies
from adapters.sessions.redis.transactions import Around
from adapters.sessions.written import read
from service_layer.kinds import SESSIONS, Kind
from service_layer.ports.errors import Unavailable
from service_layer.ports.store import Store, StoreTransaction
from service_layer.records import SessionRecord

E = TypeVar("E")


class Reading(Around):
    """Begins in the database with the first question that Redis cannot answer, so that neither waits for the other."""

    def __init__(self, store: Store, copies: Copies, deadline: float | None) -> None:
        self._store = store
        self._copies = copies
        self._deadline = deadline
        self._begun: StoreTransaction | None = None

    @property
    def inner(self) -> StoreTransaction:
        if self._begun is None:
            self._begun = self._store.begin(write=False, deadline=self._deadline)
        return self._begun

    def load(self, kind: Kind[E], index: str, values: Sequence[str]) -> Iterable[E]:
        if kind is SESSIONS and index == "key":
            return cast("Iterable[E]", self._sessions(values))
        return super().load(kind, index, values)

    def rollback(self) -> None:
        if self._begun is not None:
            self._begun.rollback()

    def _sessions(self, keys: Sequence[str]) -> Iterator[SessionRecord]:
        """What Redis does not know, or cannot say, the database does."""
        known = self._known(keys)
        yield from filter(None, known.values())
        if unknown := [key for key in keys if key not in known]:
            yield from self.inner.load(SESSIONS, "key", unknown)

    def _known(self, keys: Sequence[str]) -> dict[str, SessionRecord | None]:
        """None for what has ended."""
        if self._copies.away:
            return {}
        try:
            found = self._copies.find(keys)
        except Unavailable:
            return {}
        copies = {key: read(text) if text else None for key, text in found.items()}
        return {key: copy for key, copy in copies.items() if copy or not found[key]}
