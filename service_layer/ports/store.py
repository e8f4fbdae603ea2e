"""The store: all that is durable, loaded and written in bulk, decided at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from service_layer.kinds import Changes, Kind

E = TypeVar("E")


class StoreTransaction(Protocol):
    """One transaction of the store: at the repeatable-read level at least, or locking what it loads.

    Every call raises `Conflict` where the whole transaction should run again afresh, `Unavailable`
    for an outage; then only `rollback` may follow.
    """

    def load(self, kind: Kind[E], index: str, values: Sequence[str]) -> Iterable[E]:
        """Fresh objects whose `index` is one of the values, in one query; locked, in key order, if this one writes.

        What is loaded in a row, before any of it is looked into, may be asked for in one go and in that order; then
        errors come with the first look.
        """
        ...

    def page(self, kind: Kind[E], index: str | None, value: str, after: str | None, limit: int) -> list[E]:
        """What is committed, in the kind's order, from behind the key `after`; every page costs the same."""
        ...

    def due(self, kind: Kind[E], until: datetime, limit: int) -> list[E]:
        """Those whose `due` moment has come, the longest due first, passing over what others have locked."""
        ...

    def write(self, changes: Sequence[tuple[Kind[Any], Changes[Any]]]) -> None:
        """Inserts, updates and deletes in bulk. Raises `Conflict` where a key exists or a version has moved on."""
        ...

    def laws(self, now: datetime) -> Mapping[str, int]:
        """How often each of L1 to L12 is violated, counted where the data lives."""
        ...

    def commit(self) -> None:
        """The decision. Raises `OutcomeUnknown` where the connection was lost meanwhile."""
        ...

    def rollback(self) -> None:
        """Leaves no trace, and never raises."""
        ...


class Store(Protocol):
    """Where everything durable lives."""

    def begin(self, *, write: bool, deadline: float | None = None) -> StoreTransaction:
        """A transaction, to be ended before `deadline` (of `time.monotonic`). Raises `Conflict`, `Unavailable`."""
        ...

    def close(self) -> None: ...
