"""The payment gateway: card money, moved by key."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from domain.money import Money


class ChargeStatus(StrEnum):
    """What the gateway made of a key."""

    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    VOIDED = "voided"
    REFUNDED = "refunded"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Charge:
    """What the gateway knows of one key. `decline_code` is set where it declined."""

    key: str
    amount: Money
    status: ChargeStatus
    created_at: datetime
    decline_code: str | None = None


class PaymentGateway(Protocol):
    """Moves card money, never twice for one key. Called with no unit of work open.

    Each call is given `timeout` in seconds, and raises `GatewayUnreachable` where nothing was
    asked, `GatewayTimeout` where the answer is unknown; either may be repeated with the same key.
    """

    @property
    def key_lifetime(self) -> timedelta:
        """How long a repeated `authorize` with the same key is known to be the same one."""
        ...

    async def authorize(self, key: str, token: str, amount: Money, *, timeout: float) -> Charge:
        """Holds the amount on the card: `authorized` or `declined`; repeated, the same answer as the first time."""
        ...

    async def capture(self, key: str, *, timeout: float) -> Charge:
        """Takes what was authorized; repeated, a no-op. Raises `GatewayRefused` where there is nothing to take."""
        ...

    async def void(self, key: str, *, timeout: float) -> Charge | None:
        """Gives up an authorization; repeated, a no-op. Raises `GatewayRefused` once captured.

        A key never seen before answers None and is spent: a late `authorize` of it is declined.
        """
        ...

    async def refund(self, key: str, *, timeout: float) -> Charge:
        """Gives back all that was captured; repeated, a no-op. Raises `GatewayRefused` where nothing was."""
        ...

    async def lookup(self, key: str, *, timeout: float) -> Charge | None:
        """What the gateway knows of the key, or None."""
        ...
