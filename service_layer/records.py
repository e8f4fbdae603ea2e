"""What the service itself must remember: sessions, idempotency keys, messages, payments under way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from domain.identifiers import AccountId, OrderId, PaymentId
from domain.money import Money
from domain.orders import Order
from domain.payments import Payment

CLAIMED: Final = timedelta(seconds=10)
"""How long a relay has a message for itself, and when another tries again."""


@dataclass(eq=False, kw_only=True)
class SessionRecord:
    """A visitor's session at rest. `key` is the SHA-256 of its id, which is in the cookie only.

    `preferences` is JSON text, so that a change deep inside is a change.
    """

    key: str
    handle: str
    user_id: str | None
    roles: str
    authenticated_at: datetime | None
    last_order_id: str | None
    preferences: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    user_agent: str
    ip: str
    version: int = 1


@dataclass(eq=False, kw_only=True)
class KeyRecord:
    """An idempotency key of one caller and operation, the request it came with, and what was answered."""

    id: str
    fingerprint: str
    expires_at: datetime
    answer: str | None = None
    payment_id: str | None = None
    version: int = 1


@dataclass(eq=False, kw_only=True)
class AttemptRecord:
    """When one account, or one address, failed to log in lately; `key` is a digest of which.

    `failures` are microseconds since 1970, oldest first, separated by spaces.
    """

    key: str
    failures: str
    expires_at: datetime
    version: int = 1


@dataclass(eq=False, kw_only=True)
class Message:
    """An event to publish or a task to do, written in the unit that decided it, gone once it is done.

    Its id is never reused: it comes from the id port, not from a row number.
    """

    id: str
    name: str
    payload: str
    created_at: datetime
    due_at: datetime
    attempts: int = 0
    version: int = 1

    def claim(self, now: datetime) -> None:
        """From now on it is for one relay alone, for a while."""
        self.due_at = now + CLAIMED
        self.attempts += 1


@dataclass(frozen=True, slots=True)
class InFlight:
    """A payment that waits for the gateway, and what whoever holds its lease must know to drive it on."""

    payment_id: PaymentId
    amount: Money
    token: str = field(repr=False)
    attempts: int
    created_at: datetime
    order_id: OrderId | None
    account_id: AccountId | None
    skus: tuple[str, ...]
    leased_until: datetime

    @classmethod
    def of(cls, payment: Payment, order: Order | None) -> InFlight:
        return cls(
            payment_id=payment.id,
            amount=payment.amount,
            token=payment.token or "",
            attempts=payment.attempts,
            created_at=payment.created_at,
            order_id=payment.order_id,
            account_id=payment.account_id,
            skus=tuple(line.sku for line in order.lines) if order else (),
            leased_until=payment.lease_until or payment.created_at,
        )
