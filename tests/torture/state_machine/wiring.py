"""Ports whose calls can be made to fail, each with what its port may raise, before or after it has acted."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from service_layer.ports.errors import Conflict, GatewayTimeout, GatewayUnreachable, OutcomeUnknown, Unavailable
from service_layer.ports.store import Store


class Crash(Exception):
    """What nobody expected: a bug."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The `at`-th call to a port from now on fails, in one of the ways that it may."""

    at: int
    way: int


@dataclass(frozen=True, slots=True)
class Way:
    """To fail: `after` the call has done what it was asked for, or before."""

    after: bool
    error: Callable[[], Exception]


def _both(*errors: Callable[[], Exception]) -> tuple[Way, ...]:
    return tuple(Way(after, error) for error in errors for after in (False, True))


_ROWS: Final = _both(Conflict, Unavailable, Crash)
_GATEWAY: Final = (Way(after=False, error=GatewayUnreachable), *_both(GatewayTimeout, Crash))
WAYS: Final[Mapping[str, tuple[Way, ...]]] = {
    **dict.fromkeys(("store.begin", "rows.load", "rows.page", "rows.due", "rows.write", "sessions.stage"), _ROWS),
    "rows.commit": (*(Way(after=False, error=error) for error in (Conflict, Unavailable)), *_both(OutcomeUnknown, Crash)),
    **{f"gateway.{method}": _GATEWAY for method in ("authorize", "capture", "void", "refund", "lookup")},
    "publisher.publish": _both(Unavailable, Crash),
}
"""Any other call can only crash."""

NEVER: Final = {"rows.rollback", "sessions.finish", "seal.open"}
"""These promise that they do not fail."""


class Tripwire:
    """Counts the calls to ports and what was done, and springs where it is told to."""

    def __init__(self) -> None:
        self.calls = 0
        self.done: list[str | int] = []
        self.sprung: list[str] = []
        self._faults: dict[int, Fault] = {}

    def arm(self, *faults: Fault) -> None:
        """From now on; what was armed before is forgotten."""
        self.calls, self.sprung = 0, []
        self._faults = {fault.at: fault for fault in faults}

    def way(self, name: str) -> Way | None:
        """How this call is to fail, if it is."""
        self.calls += 1
        fault = self._faults.pop(self.calls, None)
        if fault is None:
            return None
        ways = WAYS.get(name, _both(Crash))
        way = ways[fault.way % len(ways)]
        self.sprung.append(f"{name} {'after' if way.after else 'before'} {way.error.__name__}")
        return way


class Wired:
    """A port behind the wire: the real adapter's calls, each of which may fail."""

    def __init__(self, port: object, name: str, wire: Tripwire) -> None:
        self._port = port
        self._name = name
        self._wire = wire

    def __getattr__(self, method: str) -> Any:
        found, name = getattr(self._port, method), f"{self._name}.{method}"
        if not callable(found) or name in NEVER:
            return found
        around = self._later if inspect.iscoroutinefunction(found) else self._at_once
        return lambda *given, **named: around(name, lambda: found(*given, **named))

    def _at_once(self, name: str, call: Callable[[], Any]) -> Any:
        way = self._wire.way(name)
        if way is not None and not way.after:
            raise way.error()
        answer = call()
        self._wire.done.append(name)
        if way is not None:
            raise way.error()
        return answer

    async def _later(self, name: str, call: Callable[[], Any]) -> Any:
        way = self._wire.way(name)
        if way is not None and not way.after:
            raise way.error()
        answer = await call()
        self._wire.done.append(name)
        if way is not None:
            raise way.error()
        return answer


class WiredStore(Wired):
    """A store whose transactions are behind the wire as well."""

    def __init__(self, store: Store, wire: Tripwire) -> None:
        super().__init__(store, "store", wire)
        self._store = store

    def begin(self, *, write: bool, deadline: float | None = None) -> Any:
        """Where it fails after it has begun, the transaction is gone like its connection."""
        begun = []
        try:
            self._at_once("store.begin", lambda: begun.append(self._store.begin(write=write, deadline=deadline)))
        except BaseException:
            for transaction in begun:
                transaction.rollback()
            raise
        return Wired(begun[0], "rows", self._wire)
