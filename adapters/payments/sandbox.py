"""The sandbox gateway: no money, and otherwise like a real one, with durable records of its own."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from adapters.payments.front import Front
from adapters.payments.ledger import Ledger
from adapters.payments.rules import Found, Known
from adapters.payments.writer import Writer
from service_layer.ports.clock import Clock
from service_layer.ports.gateway import Charge


class SandboxGateway(Front):
    """Keeps its records in a SQLite file of its own; several processes may use the same one."""

    def __init__(self, path: Path, *, clock: Clock, timeout_after: float = 0.25, slow_seconds: float = 2.0) -> None:
        """Raises `OSError` where no records can be kept at the path."""
        super().__init__(clock, timeout_after=timeout_after, slow_seconds=slow_seconds)
        self._ledger = Ledger(path)
        self._writer = Writer(self._ledger)

    async def charges(self) -> list[Charge]:
        """Every charge there is, declined ones too, in the order in which they were made."""
        return await asyncio.to_thread(self._ledger.charges)

    def close(self) -> None:
        """Answers what was asked, then ends the writer's thread. A gateway once closed stays closed."""
        self._writer.close()
        self._ledger.close()

    def _ask(self, key: str, step: Callable[[Known], Found]) -> asyncio.Future[Found]:
        return self._writer.ask(key, step)
