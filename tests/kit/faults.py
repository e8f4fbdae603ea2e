"""Adapters that do as the real ones they wrap, but fail where a test wants them to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from service_layer.kinds import Changes, Kind
from service_layer.ports.sessions import Change, SessionCapabilities, SessionStore
from service_layer.ports.store import Store, StoreTransaction
from service_layer.records import SessionRecord
from service_layer.repositories import Sessions

E = TypeVar("E")
FOR_EVER = 1_000_000


class Faults:
    """What is to go wrong, at which step, how often; and what was done meanwhile."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.begun: list[tuple[bool, float | None]] = []
        self.loads: list[tuple[str, str, list[str]]] = []
        self._armed: dict[str, tuple[BaseException | Callable[[], object], int]] = {}
        self._lock = threading.Lock()

    def at(self, step: str, what: BaseException | Callable[[], object], *, times: int = FOR_EVER) -> None:
        """An error to be raised, or anything to be done, the next so many times that the step is reached."""
        with self._lock:
            self._armed[step] = (what, times)

    def none(self) -> None:
        with self._lock:
            self._armed.clear()

    def reach(self, step: str) -> None:
        with self._lock:
            self.steps.append(step)
            what, times = self._armed.pop(step, (None, 0))
            if what is not None and times > 1:
                self._armed[step] = (what, times - 1)
        if isinstance(what, BaseException):
            raise what
        if what is not None:
            what()


class FaultyStore:
    """Steps: `begin`, `load`, `write`, `commit` (before it has happened), `committed` (after), `rollback`."""

    def __init__(self, inner: Store, faults: Faults) -> None:
        self._inner = inner
        self._faults = faults

    def begin(self, *, write: bool, deadline: float | None = None) -> FaultyTransaction:
        self._faults.begun.append((write, deadline))
        self._faults.reach("begin")
        return FaultyTransaction(self._inner.begin(write=write, deadline=deadline), self._faults)

    def close(self) -> None:
        self._inner.close()


class FaultyTransaction:
    def __init__(self, inner: StoreTransaction, faults: Faults) -> None:
        self._inner = inner
        self._faults = faults

    def load(self, kind: Kind[E], index: str, values: Sequence[str]) -> Iterable[E]:
        self._faults.loads.append((kind.name, index, list(values)))
        self._faults.reach("load")
        return self._inner.load(kind, index, values)

    def page(self, kind: Kind[E], index: str | None, value: str, after: str | None, limit: int) -> list[E]:
        return self._inner.page(kind, index, value, after, limit)

    def due(self, kind: Kind[E], until: datetime, limit: int) -> list[E]:
        return self._inner.due(kind, until, limit)

    def write(self, changes: Sequence[tuple[Kind[Any], Changes[Any]]]) -> None:
        self._faults.reach("write")
        self._inner.write(changes)

    def laws(self, now: datetime) -> Mapping[str, int]:
        return self._inner.laws(now)

    def commit(self) -> None:
        self._faults.reach("commit")
        self._inner.commit()
        self._faults.reach("committed")

    def rollback(self) -> None:
        self._inner.rollback()
        self._faults.reach("rollback")


class FaultySessions:
    """Steps: `stage` (a part of preparing) and `finish`."""

    def __init__(self, inner: SessionStore, faults: Faults) -> None:
        self._inner = inner
        self._faults = faults

    @property
    def capabilities(self) -> SessionCapabilities:
        return self._inner.capabilities

    def key_of(self, content: str) -> str | None:
        return self._inner.key_of(content)

    def load(self, content: str, sessions: Sessions) -> SessionRecord | None:
        return self._inner.load(content, sessions)

    def stage(self, change: Change, sessions: Sessions) -> str | None:
        self._faults.reach("stage")
        return self._inner.stage(change, sessions)

    def finish(self, change: Change) -> None:
        self._faults.reach("finish")
        self._inner.finish(change)

    def of(self, user_id: str, sessions: Sessions) -> list[SessionRecord]:
        return self._inner.of(user_id, sessions)

    def end(self, record: SessionRecord, sessions: Sessions) -> None:
        self._inner.end(record, sessions)

    def expired(self, until: datetime, limit: int, sessions: Sessions) -> list[SessionRecord]:
        return self._inner.expired(until, limit, sessions)
