"""The sandbox in memory, for fast tests: the same rules over a dictionary."""

import asyncio
from collections import deque
from collections.abc import Callable
from threading import Lock

from adapters.payments.front import Front
from adapters.payments.rules import Entry, Found, Known, take
from service_layer.ports.clock import Clock
from service_layer.ports.errors import GatewayTimeout, GatewayUnreachable
from service_layer.ports.gateway import Charge


class MemoryGateway(Front):
    """Forgets everything with the process. Its tokens take no longer than they are told to."""

    def __init__(self, clock: Clock, *, timeout_after: float = 0.0, slow_seconds: float = 0.0) -> None:
        super().__init__(clock, timeout_after=timeout_after, slow_seconds=slow_seconds)
        self._records: dict[str, Known] = {}
        self._lock = Lock()
        self._faults: deque[tuple[GatewayTimeout | GatewayUnreachable, bool]] = deque()

    def fail_next(self, error: GatewayTimeout | GatewayUnreachable, *, acted: bool = False) -> None:
        """The next question to the records ends in this error; `acted` says whether it was done all the same."""
        self._faults.append((error, acted))

    async def charges(self) -> list[Charge]:
        """Every charge there is, declined ones too, in the order in which they were made."""
        with self._lock:
            return [known.charge for known in self._records.values() if isinstance(known, Entry)]

    async def _ask(self, key: str, step: Callable[[Known], Found]) -> Found:
        await asyncio.sleep(0)  # as over a network, others get their turn
        error, acted = self._faults.popleft() if self._faults else (None, True)
        if error and not acted:
            raise error
        with self._lock:  # tests may run an event loop in each of several threads
            found = take(step, key, self._records)
        if error:
            raise error
        return found
