"""One object per key for as long as a transaction lives, and everything that its units have made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

from service_layer.journal import NOTHING, Journal
from service_layer.kinds import Changes, Kind
from service_layer.ports.errors import Conflict
from service_layer.ports.store import StoreTransaction

E = TypeVar("E")
Place: TypeAlias = tuple[dict[Any, E | None], Any]


class IdentityMap(Generic[E]):
    """Every entity of one kind that a transaction has seen. Nothing is written until `changes` is."""

    def __init__(self, kind: Kind[E], transaction: StoreTransaction, journal: Journal) -> None:
        self._kind = kind
        self._transaction = transaction
        self._journal = journal
        self._key = kind.key
        self._here: dict[str, E | None] = {}  # under every key ever asked for; None where there is nothing any more
        self._by: dict[str, dict[Any, E | None]] = {"key": self._here, **{name: {} for name in kind.unique}}
        self._unique = [(self._by[index], of) for index, of in kind.unique.items()]
        self._stored: dict[str, tuple[E, int]] = {}  # what came from the store, and the version it had there
        self._whole: set[tuple[str, str]] = set()  # the values of which all are here
        self._members: defaultdict[tuple[str, str], set[str]] = defaultdict(set)  # every key ever seen with a value
        self._newcomers: list[E] = []  # who are among the members as soon as somebody looks there

    def prefetch(self, index: str, values: Iterable[str]) -> None:
        """Loads in one query whatever of these is not here yet, also the fact that it is nowhere."""
        self.ask(index, values)()

    def ask(self, index: str, values: Iterable[str]) -> Callable[[], None]:
        """Begins to prefetch; who calls what this returns has it here."""
        grouped, seen = index in self._kind.grouped, self._by.get(index, {})
        known = {value for value in values if (index, value) in self._whole} if grouped else seen
        wanted = sorted(set(values).difference(known))
        if grouped:
            self._whole.update((index, value) for value in wanted)
        found = self._transaction.load(self._kind, index, wanted) if wanted else ()

        def take() -> None:
            for entity in found:
                self._adopt(entity)
            if not grouped:
                for value in wanted:
                    seen.setdefault(value, None)

        return take

    def find(self, index: str, value: str) -> E | None:
        """The one with that key or unique value, or None."""
        entity = self._by[index].get(value, NOTHING)
        if entity is NOTHING:
            self.prefetch(index, (value,))
            entity = self._by[index][value]
        if entity is not None:
            self._journal.touched(entity, self)
        return entity

    def where(self, index: str, value: str, *, afresh: bool = False) -> list[E]:
        """All with that value, in key order; asked for again, if `afresh`, since others may have come meanwhile."""
        if (index, value) not in self._whole:
            self.prefetch(index, (value,))
        elif afresh:
            self._load(index, [value])
        self._join()
        of = self._kind.grouped[index]
        known = [self._here.get(key) for key in self._members[index, value]]
        return self._in_hand([entity for entity in known if entity is not None and of(entity) == value])

    def due(self, until: datetime, limit: int) -> list[E]:
        """Those whose moment has come, as many as `limit`, in key order."""
        due = self._kind.due
        if due is None:
            return []
        known = [self._adopt(entity) for entity in self._transaction.due(self._kind, until, limit)]
        return self._in_hand(e for e in known if e is not None and (at := due(e)) is not None and at <= until)

    def page(self, index: str | None, value: str, after: str | None, limit: int) -> list[E]:
        """What the store has committed, a page of it, for reading only."""
        return self._transaction.page(self._kind, index, value, after, limit)

    def add(self, entity: E) -> None:
        """Raises `Conflict` where the key or a unique value is known to exist."""
        places = self._places(entity)
        for values, value in places:
            if values.get(value) is not None:
                raise Conflict(f"{self._kind.name}: there is one already")
        for values, value in places:
            self._journal.put(values, value, entity)
        self._newcomers.append(entity)

    def remove(self, entity: E) -> None:
        """Gone for this unit and all after it."""
        for values, value in self._places(entity):
            self._journal.put(values, value, None)

    def changed(self, entity: E) -> None:
        """Counts a new version of a touched entity, unless the unit has removed it since."""
        if self._here.get(self._key(entity)) is entity:
            entity.version += 1  # type: ignore[attr-defined]  # every kind that changes has a version

    def changes(self) -> Changes[E]:
        """All that the voted units did; what was there before, in key order."""
        here, stored = self._here, self._stored
        before = [(key, *stored[key]) for key in sorted(stored)]
        return Changes(
            added=[e for key, e in here.items() if e is not None and (key not in stored or stored[key][0] is not e)],
            updated=[(e, was) for key, e, was in before if here[key] is e and _version_of(e) != was],
            removed=[(key, was) for key, e, was in before if here[key] is not e],
        )

    def _join(self) -> None:
        """Groups the newcomers. Nobody leaves, since an undo may bring anybody back: whoever looks asks who it is."""
        while self._newcomers:
            entity = self._newcomers.pop()
            for index, of in self._kind.grouped.items():
                self._members[index, of(entity)].add(self._key(entity))

    def _places(self, entity: E) -> list[Place[E]]:
        """Where the entity can be found: under its key, and under each unique value it has."""
        places: list[Place[E]] = [(self._here, self._key(entity))]
        for values, of in self._unique:
            if (value := of(entity)) is not None:
                places.append((values, value))
        return places

    def _in_hand(self, entities: Iterable[E]) -> list[E]:
        found = sorted(entities, key=self._key)
        for entity in found:
            self._journal.touched(entity, self)
        return found

    def _load(self, index: str, wanted: list[str]) -> None:
        for entity in self._transaction.load(self._kind, index, wanted):
            self._adopt(entity)

    def _adopt(self, entity: E) -> E | None:
        """What stands for this one here: itself, the object we have, or None where there was nothing, or is no more."""
        key = self._key(entity)
        known = self._here.get(key, NOTHING)
        if known is not NOTHING:
            return known
        for values, value in self._places(entity):
            values[value] = entity
        self._stored[key] = entity, _version_of(entity)
        self._newcomers.append(entity)
        return entity


def _version_of(entity: object) -> int:
    return getattr(entity, "version", 1)
