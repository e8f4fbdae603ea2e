"""A gateway that does as the real one it wraps, but fails where a test wants it to."""

from __future__ import annotations

from datetime import timedelta

from domain.money import Money
from service_layer.ports.gateway import Charge, PaymentGateway
from tests.kit.faults import Faults


class FaultyGateway:
    """Each call is a step of its own name, reached before anything is asked; `asked` has the time each was given."""

    def __init__(self, inner: PaymentGateway, faults: Faults) -> None:
        self._inner = inner
        self._faults = faults
        self.asked: list[tuple[str, float]] = []

    @property
    def key_lifetime(self) -> timedelta:
        return self._inner.key_lifetime

    async def authorize(self, key: str, token: str, amount: Money, *, timeout: float) -> Charge:
        self._reach("authorize", timeout)
        return await self._inner.authorize(key, token, amount, timeout=timeout)

    async def capture(self, key: str, *, timeout: float) -> Charge:
        self._reach("capture", timeout)
        return await self._inner.capture(key, timeout=timeout)

    async def void(self, key: str, *, timeout: float) -> Charge | None:
        self._reach("void", timeout)
        return await self._inner.void(key, timeout=timeout)

    async def refund(self, key: str, *, timeout: float) -> Charge:
        self._reach("refund", timeout)
        return await self._inner.refund(key, timeout=timeout)

    async def lookup(self, key: str, *, timeout: float) -> Charge | None:
        self._reach("lookup", timeout)
        return await self._inner.lookup(key, timeout=timeout)

    def _reach(self, name: str, timeout: float) -> None:
        self.asked.append((name, timeout))
        self._faults.reach(name)
