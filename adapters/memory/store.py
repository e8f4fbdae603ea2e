"""The store in dictionaries: one writer at a time, all or nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from adapters.memory.laws import count
from adapters.memory.shelf import Shelf
from service_layer import kinds
from service_layer.kinds import Changes, Kind
from service_layer.ports.errors import Unavailable

E = TypeVar("E")
LONGEST_WAIT = 10.0  # seconds for the store, where the caller has no deadline


class MemoryStore:
    """Gone when the process is. Transactions take turns, readers too."""

    def __init__(self) -> None:
        self.shelves: dict[str, Shelf[Any]] = {kind.name: Shelf(kind) for kind in kinds.ALL}
        self._turn = threading.Lock()

    def begin(self, *, write: bool, deadline: float | None = None) -> MemoryTransaction:
        """Raises `Unavailable` where others take too long."""
        wait = LONGEST_WAIT if deadline is None else max(0.0, deadline - time.monotonic())
        if not self._turn.acquire(timeout=wait):
            raise Unavailable("The store is busy.")
        return MemoryTransaction(self.shelves, self._turn)

    def close(self) -> None:
        """There is nothing to close."""


class MemoryTransaction:
    """Its turn, until it commits or rolls back."""

    def __init__(self, shelves: Mapping[str, Shelf[Any]], turn: threading.Lock) -> None:
        self._shelves = shelves
        self._turn: threading.Lock | None = turn
        self._written: list[tuple[Shelf[Any], Changes[Any]]] = []

    def load(self, kind: Kind[E], index: str, values: Sequence[str]) -> Iterable[E]:
        return self._shelves[kind.name].load(index, values)

    def page(self, kind: Kind[E], index: str | None, value: str, after: str | None, limit: int) -> list[E]:
        return self._shelves[kind.name].page(index, value, after, limit)

    def due(self, kind: Kind[E], until: datetime, limit: int) -> list[E]:
        return self._shelves[kind.name].due(until, limit)

    def write(self, changes: Sequence[tuple[Kind[Any], Changes[Any]]]) -> None:
        for kind, change in changes:
            self._shelves[kind.name].check(change)
            self._written.append((self._shelves[kind.name], change))

    def laws(self, now: datetime) -> Mapping[str, int]:
        return count(self._shelves, now)

    def commit(self) -> None:
        for shelf, change in self._written:
            shelf.apply(change)
        self.rollback()

    def rollback(self) -> None:
        self._written = []
        if self._turn is not None:
            self._turn.release()
            self._turn = None
