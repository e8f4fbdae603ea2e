"""One object per key for as long as a transaction lives, and a journal to undo each unit by."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

from service_layer.kinds import Changes, Kind
from service_layer.ports.errors import Conflict
from service_layer.ports.store import StoreTransaction

E = TypeVar("E")
State = dict[str, Any]
Place: TypeAlias = tuple[dict[Any, E | None], Any]
_UNSEEN: Any = object()


class Journal:
    """What the unit that runs now has touched, added and removed.

    Entities hold immutable values only, so a shallow copy of their attributes is their state.
    """

    def __init__(self) -> None:
        self._before: dict[Any, tuple[State, IdentityMap[Any]]] = {}
        self._undo: list[Callable[[], object]] = []

    def begin(self) -> None:
        self._before.clear()
        self._undo.clear()

    def touched(self, entity: object, home: IdentityMap[Any]) -> None:
        """Remembers the state of an entity the first time that the unit gets hold of it."""
        if entity not in self._before:
            self._before[entity] = (vars(entity).copy(), home)

    def did(self, undo: Callable[[], object]) -> None:
        self._undo.append(undo)

    def seal(self) -> None:
        """The unit is done: whatever differs from its state before counts as changed, once."""
        for entity, (before, home) in self._before.items():
            if vars(entity) != before:
                home.changed(entity)

    def undo(self) -> None:
        """Everything is again as it was when the unit began."""
        for entity, (before, _) in self._before.items():
            entity.__dict__.update(before)
        for undo in reversed(self._undo):
            undo()
        self.begin()


class IdentityMap(Generic[E]):
    """Every entity of one kind that a transaction has seen. Nothing is written until `changes` is."""

    def __init__(self, kind: Kind[E], transaction: StoreTransaction, journal: Journal) -> None:
        self._kind = kind
        self._transaction = transaction
        self._journal = journal
        self._key = kind.key
        self._by: dict[str, dict[Any, E | None]] = {"key": {}, **{name: {} for name in kind.unique}}
        self._whole: set[tuple[str, str]] = set()
        self._version: dict[str, int] = {}  # of what is in the store, as it was loaded
        self._added: dict[str, E] = {}
        self._updated: dict[str, E] = {}
        self._removed: dict[str, int] = {}

    def prefetch(self, index: str, values: Iterable[str]) -> None:
        """Loads in one query whatever of these is not here yet, also the fact that it is nowhere."""
        if index in self._kind.grouped:
            wanted = sorted({value for value in values if (index, value) not in self._whole})
            self._whole.update((index, value) for value in wanted)
            self._load(index, wanted)
            return
        seen = self._by[index]
        wanted = sorted({value for value in values if value not in seen})
        self._load(index, wanted)
        for value in wanted:
            seen.setdefault(value, None)

    def find(self, index: str, value: str) -> E | None:
        """The one with that key or unique value, or None."""
        entity = self._by[index].get(value, _UNSEEN)
        if entity is _UNSEEN:
            self.prefetch(index, (value,))
            entity = self._by[index][value]
        if entity is not None:
            self._journal.touched(entity, self)
        return entity

    def where(self, index: str, value: str) -> list[E]:
        """All with that value, in key order."""
        self.prefetch(index, (value,))
        of = self._kind.grouped[index]
        return self._in_hand(
            entity for entity in self._by["key"].values() if entity is not None and of(entity) == value
        )

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
        if any(values.get(value) is not None for values, value in places):
            raise Conflict(f"{self._kind.name}: there is one already")
        unseen = [(values, value) for values, value in places if value not in values]
        self._place(entity)
        key = self._key(entity)
        self._added[key] = entity
        self._journal.did(lambda: self._forget(key, places, unseen))

    def remove(self, entity: E) -> None:
        """Gone for this unit and all after it."""
        key = self._key(entity)
        added, updated = self._added.pop(key, None), self._updated.pop(key, None)
        for values, value in self._places(entity):
            values[value] = None
        if added is None:
            self._removed[key] = self._version[key]
        self._journal.did(lambda: self._restore(entity, key, added, updated))

    def changed(self, entity: E) -> None:
        """Counts a new version of a touched entity, unless the unit has removed it since."""
        key = self._key(entity)
        if self._by["key"].get(key) is not entity:
            return
        entity.version += 1  # type: ignore[attr-defined]  # every kind that changes has a version
        if key not in self._added and key not in self._updated:
            self._updated[key] = entity
            self._journal.did(lambda: self._updated.pop(key, None))

    def changes(self) -> Changes[E]:
        """All that the voted units did, each part in key order."""
        return Changes(
            added=list(self._added.values()),
            updated=[(self._updated[key], self._version[key]) for key in sorted(self._updated)],
            removed=sorted(self._removed.items()),
        )

    def _places(self, entity: E) -> list[Place[E]]:
        """Where the entity can be found: under its key, and under each unique value it has."""
        places: list[Place[E]] = [(self._by["key"], self._key(entity))]
        for index, of in self._kind.unique.items():
            if (value := of(entity)) is not None:
                places.append((self._by[index], value))
        return places

    def _place(self, entity: E) -> None:
        for values, value in self._places(entity):
            values[value] = entity

    def _in_hand(self, entities: Iterable[E]) -> list[E]:
        found = sorted(entities, key=self._key)
        for entity in found:
            self._journal.touched(entity, self)
        return found

    def _load(self, index: str, wanted: list[str]) -> None:
        if wanted:
            for entity in self._transaction.load(self._kind, index, wanted):
                self._adopt(entity)

    def _adopt(self, entity: E) -> E | None:
        """What stands for this one here: itself, the object we have, or None if that was removed."""
        key = self._key(entity)
        known = self._by["key"].get(key, _UNSEEN)
        if known is not _UNSEEN and (known is not None or key in self._removed):
            return known
        self._place(entity)
        self._version[key] = getattr(entity, "version", 1)
        return entity

    def _forget(self, key: str, places: list[Place[E]], unseen: list[Place[E]]) -> None:
        """What was known to be nowhere is so again; of what nobody had looked for, nothing is known."""
        for values, value in places:
            values[value] = None
        for values, value in unseen:
            del values[value]
        self._added.pop(key, None)

    def _restore(self, entity: E, key: str, added: E | None, updated: E | None) -> None:
        self._place(entity)
        if added is None:
            self._removed.pop(key, None)
        else:
            self._added[key] = added
        if updated is not None:
            self._updated[key] = updated
