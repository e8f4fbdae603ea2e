"""The durable sandbox, opened for a test; and a way to keep it from writing."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from adapters.conformance.gateway import PRICE
from adapters.payments.sandbox import SandboxGateway
from service_layer.ports.gateway import Charge

CALLERS = 50


GOOD = "pm_card_visa"


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@contextmanager
def sandbox(path: Path) -> Iterator[SandboxGateway]:
    gateway = SandboxGateway(path, clock=SystemClock(), timeout_after=0.01, slow_seconds=0.05)
    try:
        yield gateway
    finally:
        gateway.close()


def charges(path: Path) -> list[Charge]:
    with sandbox(path) as gateway:
        return asyncio.run(gateway.charges())


def authorize(gateway: SandboxGateway, key: str, token: str = GOOD, timeout: float = 5) -> Charge:
    return asyncio.run(gateway.authorize(key, token, PRICE, timeout=timeout))


@contextmanager
def nobody_else_writes(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("ROLLBACK")
