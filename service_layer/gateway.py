"""The gateway, out of reach while a unit of work is open."""

from __future__ import annotations

from datetime import timedelta

from domain.money import Money
from service_layer.ports.gateway import Charge, PaymentGateway
from service_layer.unit_of_work import unit_is_open


class UnitOpen(RuntimeError):
    """Somebody asked the gateway from within a unit: a transaction would have waited for the network."""


class OutsideUnits:
    """A gateway that refuses to be called while a unit is open in the same flow. Raises `UnitOpen`."""

    def __init__(self, gateway: PaymentGateway) -> None:
        self._gateway = gateway

    @property
    def key_lifetime(self) -> timedelta:
        return self._gateway.key_lifetime

    async def authorize(self, key: str, token: str, amount: Money, *, timeout: float) -> Charge:
        return await _outside(self._gateway).authorize(key, token, amount, timeout=timeout)

    async def capture(self, key: str, *, timeout: float) -> Charge:
        return await _outside(self._gateway).capture(key, timeout=timeout)

    async def void(self, key: str, *, timeout: float) -> Charge | None:
        return await _outside(self._gateway).void(key, timeout=timeout)

    async def refund(self, key: str, *, timeout: float) -> Charge:
        return await _outside(self._gateway).refund(key, timeout=timeout)

    async def lookup(self, key: str, *, timeout: float) -> Charge | None:
        return await _outside(self._gateway).lookup(key, timeout=timeout)


def _outside(gateway: PaymentGateway) -> PaymentGateway:
    if unit_is_open.get():
        raise UnitOpen("commit first: no unit of work spans a call to the gateway")
    return gateway
