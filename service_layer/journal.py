"""The journal by which each unit of a transaction is undone alone."""

from __future__ import annotations

from typing import Any, Protocol

State = dict[str, Any]
NOTHING: Any = object()
"""What a slot holds that nobody has looked at."""


class Home(Protocol):
    """Where entities live."""

    def changed(self, entity: Any) -> None:  # noqa: ANN401  # of its own kind
        """The unit leaves the entity other than it found it."""
        ...


class Journal:
    """What the unit that runs now has touched, and what was in every slot before the unit wrote to it.

    Entities hold immutable values only, so a shallow copy of their attributes is their state.
    """

    def __init__(self) -> None:
        self._before: dict[Any, tuple[State, Home]] = {}
        self._slots: list[tuple[dict[Any, Any], Any, Any]] = []

    def begin(self) -> None:
        self._before.clear()
        self._slots.clear()

    def touched(self, entity: object, home: Home) -> None:
        """Remembers the state of an entity the first time that the unit gets hold of it."""
        if entity not in self._before:
            self._before[entity] = (vars(entity).copy(), home)

    def put(self, slots: dict[Any, Any], name: object, value: object) -> None:
        self._slots.append((slots, name, slots.get(name, NOTHING)))
        slots[name] = value

    def seal(self) -> None:
        """The unit is done: whatever differs from its state before counts as changed, once."""
        for entity, (before, home) in self._before.items():
            if vars(entity) != before:
                home.changed(entity)

    def undo(self) -> None:
        """Everything is again as it was when the unit began."""
        for entity, (before, _) in self._before.items():
            entity.__dict__.update(before)
        for slots, name, before in reversed(self._slots):
            if before is NOTHING:
                del slots[name]
            else:
                slots[name] = before
        self.begin()
