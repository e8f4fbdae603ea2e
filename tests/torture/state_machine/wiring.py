"""Ports whose calls can be made to fail, each with what its port may raise, before or after it has acted."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from service_layer.ports.errors import Conflict, GatewayTimeout, GatewayUnreachable, OutcomeUnknown, Unavailable
from service_layer.ports.store import Store


class Crash(Exception):
    """What nobody expected: a bug."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The `nth` call of a port's method from now on raises, `after` it has done what it was asked for, or before."""

    call: str
    error: type[Exception]
    after: bool
    nth: int = 1


Way = tuple[type[Exception], bool]


def _both(*errors: type[Exception]) -> tuple[Way, ...]:
    return tuple((error, after) for error in errors for after in (False, True))


_ROWS: Final = _both(Conflict, Unavailable, Crash)
_GATEWAY: Final = ((GatewayUnreachable, False), *_both(GatewayTimeout, Crash))
_BUGS: Final = (
    "sessions.key_of", "sessions.load", "sessions.of", "sessions.end", "sessions.expired", "seal.seal", "clock.now",
    "ids.new", "ids.secret", "hasher.hash", "hasher.verify", "hasher.outdated", "policy.weak", "attempts.wait",
    "attempts.failed", "attempts.forgive",
)  # fmt: skip
WAYS: Final[Mapping[str, tuple[Way, ...]]] = {
    **dict.fromkeys(("store.begin", "rows.load", "rows.page", "rows.due", "rows.write", "sessions.stage"), _ROWS),
    "rows.commit": ((Conflict, False), (Unavailable, False), *_both(OutcomeUnknown, Crash)),
    **{f"gateway.{method}": _GATEWAY for method in ("authorize", "capture", "void", "refund", "lookup")},
    "publisher.publish": _both(Unavailable, Crash),
    **dict.fromkeys(_BUGS, _both(Crash)),
}
"""In which ways each may fail: with what its port says that it raises, and with what nobody expects.

What is not here promises that it never fails, or is not called by anything that is proved here.
"""


class Tripwire:
    """Knows which calls to ports were done, and springs where it is told to."""

    def __init__(self) -> None:
        self.done: list[str | int] = []
        self.sprung: list[Fault] = []
        self._calls: Counter[str] = Counter()
        self._faults: list[Fault] = []

    def arm(self, *faults: Fault) -> None:
        """From now on; what was armed before is forgotten."""
        self._calls.clear()
        self.sprung, self._faults = [], list(faults)

    def fault(self, call: str) -> Fault | None:
        """How this call is to fail, if it is."""
        self._calls[call] += 1
        found = next((fault for fault in self._faults if (fault.call, fault.nth) == (call, self._calls[call])), None)
        if found is not None:
            self.sprung.append(found)
        return found


class Wired:
    """A port behind the wire: the real adapter's calls, each of which may fail."""

    def __init__(self, port: object, name: str, wire: Tripwire) -> None:
        self._port = port
        self._name = name
        self._wire = wire

    def __getattr__(self, method: str) -> Any:
        found, name = getattr(self._port, method), f"{self._name}.{method}"
        if not callable(found):
            return found
        around = self._later if inspect.iscoroutinefunction(found) else self._at_once
        return lambda *given, **named: around(name, lambda: found(*given, **named))

    def _at_once(self, name: str, call: Callable[[], Any]) -> Any:
        fault = self._wire.fault(name)
        if fault is not None and not fault.after:
            raise fault.error
        answer = call()
        self._wire.done.append(name)
        if fault is not None:
            raise fault.error
        return answer

    async def _later(self, name: str, call: Callable[[], Any]) -> Any:
        fault = self._wire.fault(name)
        if fault is not None and not fault.after:
            raise fault.error
        answer = await call()
        self._wire.done.append(name)
        if fault is not None:
            raise fault.error
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
