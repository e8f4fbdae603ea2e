"""A transaction that hands on to another one whatever it does not do itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from service_layer.kinds import Changes, Kind
from service_layer.ports.store import StoreTransaction

E = TypeVar("E")


class Around(ABC):
    """Keeps the promises of the one inside."""

    @property
    @abstractmethod
    def inner(self) -> StoreTransaction: ...

    def load(self, kind: Kind[E], index: str, values: Sequence[str]) -> Iterable[E]:
        return self.inner.load(kind, index, values)

    def page(self, kind: Kind[E], index: str | None, value: str, after: str | None, limit: int) -> list[E]:
        return self.inner.page(kind, index, value, after, limit)

    def due(self, kind: Kind[E], until: datetime, limit: int) -> list[E]:
        return self.inner.due(kind, until, limit)

    def write(self, changes: Sequence[tuple[Kind[Any], Changes[Any]]]) -> None:
        self.inner.write(changes)

    def laws(self, now: datetime) -> Mapping[str, int]:
        return self.inner.laws(now)

    def commit(self) -> None:
        self.inner.commit()

    def rollback(self) -> None:
        self.inner.rollback()
