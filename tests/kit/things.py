"""A kind of thing with everything a kind can have, and a memory store that keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from adapters.memory.shelf import Shelf
from adapters.memory.store import MemoryStore
from service_layer.kinds import Changes, Kind


@dataclass(eq=False, kw_only=True)
class Thing:
    """`name` tells it apart like its id does, many may lie on one `shelf`, `value` is all that changes."""

    id: str
    name: str | None = None
    shelf: str = "top"
    value: int = 0
    due: datetime | None = None
    version: int = 1


THINGS = Kind(
    "things", Thing, unique={"name": attrgetter("name")}, grouped={"shelf": attrgetter("shelf")}, due=attrgetter("due")
)


def store_of(*things: Thing) -> MemoryStore:
    store = MemoryStore()
    store.shelves[THINGS.name] = shelf = Shelf(THINGS)
    shelf.apply(Changes(list(things), [], []))
    return store
