"""What is committed of one kind, found by key, by unique value, by group."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from service_layer.kinds import Changes, Kind
from service_layer.ports.errors import Conflict

E = TypeVar("E")


class Shelf(Generic[E]):
    """Hands out copies and keeps copies, so that nobody changes what is committed."""

    def __init__(self, kind: Kind[E]) -> None:
        self._kind = kind
        self._key = kind.key
        self._kept: dict[str, E] = {}
        self._sorted: list[str] = []
        self._unsorted: list[str] = []  # who are among the sorted as soon as somebody looks there
        self._unique: dict[str, dict[Any, str]] = {index: {} for index in kind.unique}
        self._grouped: dict[str, dict[Any, list[str]]] = {index: {} for index in kind.grouped}

    def all(self) -> Iterator[E]:
        """The committed objects themselves, to be looked at only."""
        return iter(self._kept.values())

    def load(self, index: str, values: Sequence[str]) -> list[E]:
        return [_copy(self._kept[key]) for value in values for key in self._keys(index, value)]

    def page(self, index: str | None, value: str, after: str | None, limit: int) -> list[E]:
        keys = self._in_order() if index is None else self._grouped[index].get(value, [])
        if self._kind.newest_first:
            end = len(keys) if after is None else bisect_left(keys, after)
            chosen = keys[max(0, end - limit) : end][::-1]
        else:
            start = 0 if after is None else bisect_right(keys, after)
            chosen = keys[start : start + limit]
        return [_copy(self._kept[key]) for key in chosen]

    def due(self, until: datetime, limit: int) -> list[E]:
        moment = self._kind.due
        if moment is None:
            return []
        due = [(at, key) for key, kept in self._kept.items() if (at := moment(kept)) is not None and at <= until]
        return [_copy(self._kept[key]) for _, key in sorted(due)[:limit]]

    def check(self, change: Changes[E]) -> None:
        """Raises `Conflict` where a version has moved on, or a key or unique value is taken."""
        for entity, version in change.updated:
            self._same_version(self._key(entity), version)
        for key, version in change.removed:
            self._same_version(key, version)
        if self._rivals(change.added) - {key for key, _ in change.removed}:
            raise Conflict(f"{self._kind.name}: there is one already")

    def apply(self, change: Changes[E]) -> None:
        for key, _ in change.removed:
            self._remove(key)
        self._add({self._key(entity): _copy(entity) for entity in change.added})
        for entity, _ in change.updated:
            self._kept[self._key(entity)] = _copy(entity)

    def _rivals(self, newcomers: Sequence[E]) -> set[str]:
        """The keys of those who have the key of one of them, or a unique value."""
        rivals = self._kept.keys() & {self._key(entity) for entity in newcomers}
        for index, of in self._kind.unique.items():
            taken = self._unique[index]
            rivals.update(taken[value] for entity in newcomers if (value := of(entity)) in taken)
        return rivals

    def _same_version(self, key: str, version: int) -> None:
        kept: Any = self._kept.get(key)
        if kept is None or kept.version != version:
            raise Conflict(f"{self._kind.name}: somebody was faster")

    def _keys(self, index: str, value: str) -> Iterable[str]:
        if index == "key":
            return (value,) if value in self._kept else ()
        if index in self._grouped:
            return self._grouped[index].get(value, ())
        return (self._unique[index][value],) if value in self._unique[index] else ()

    def _in_order(self) -> list[str]:
        """Every key."""
        for key in self._unsorted:
            _file(self._sorted, key)
        self._unsorted.clear()
        return self._sorted

    def _add(self, newcomers: Mapping[str, E]) -> None:
        self._kept.update(newcomers)
        self._unsorted += newcomers
        for index, of in self._kind.unique.items():
            keys = self._unique[index]
            keys.update((value, key) for key, entity in newcomers.items() if (value := of(entity)) is not None)
        for index, of in self._kind.grouped.items():
            groups = self._grouped[index]
            for key, entity in newcomers.items():
                if (value := of(entity)) is not None:
                    _file(groups.setdefault(value, []), key)

    def _remove(self, key: str) -> None:
        entity = self._kept.pop(key)
        keys = self._in_order()
        del keys[bisect_left(keys, key)]
        for index, of in self._kind.unique.items():
            self._unique[index].pop(of(entity), None)
        for index, of in self._kind.grouped.items():
            if of(entity) is not None:
                self._grouped[index][of(entity)].remove(key)


def _file(keys: list[str], key: str) -> None:
    """In order; most keys are later than all before them."""
    if not keys or keys[-1] < key:
        keys.append(key)
    else:
        insort(keys, key)


def _copy(entity: E) -> E:
    """A second object with the same values; what can never change stands for itself."""
    state: dict[str, Any] | None = getattr(entity, "__dict__", None)
    if state is None:  # frozen, with slots
        return entity
    twin = object.__new__(type(entity))
    twin.__dict__.update(state)
    return twin
