"""Payments: how an order or a deposit is paid for, and how far that has come."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from domain.errors import InvalidTransition
from domain.identifiers import AccountId, OrderId, PaymentId, UserId
from domain.money import Money

NEVER = datetime(9999, 12, 31, tzinfo=UTC)  # when a payment in review is driven on by itself


class PaymentMethod(StrEnum):
    """Where the money comes from."""

    CARD = "card"
    BALANCE = "balance"


class PaymentStatus(StrEnum):
    """A card goes authorizing → authorized → captured, or ends early; a balance is captured at once.

    `voiding` and `refunding` are promises that the relay keeps; `review` waits for a person.
    """

    AUTHORIZING = "authorizing"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    DECLINED = "declined"
    VOIDING = "voiding"
    VOIDED = "voided"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    REVIEW = "review"


_NEXT: dict[PaymentStatus, frozenset[PaymentStatus]] = {
    PaymentStatus.AUTHORIZING: frozenset(
        {PaymentStatus.AUTHORIZED, PaymentStatus.DECLINED, PaymentStatus.VOIDING, PaymentStatus.REVIEW}
    ),
    PaymentStatus.AUTHORIZED: frozenset({PaymentStatus.CAPTURED, PaymentStatus.VOIDING, PaymentStatus.REVIEW}),
    PaymentStatus.CAPTURED: frozenset({PaymentStatus.REFUNDING, PaymentStatus.REFUNDED}),
    PaymentStatus.VOIDING: frozenset({PaymentStatus.VOIDED, PaymentStatus.REFUNDED, PaymentStatus.REVIEW}),
    PaymentStatus.REFUNDING: frozenset({PaymentStatus.REFUNDED, PaymentStatus.REVIEW}),
    PaymentStatus.REVIEW: frozenset({PaymentStatus.VOIDING, PaymentStatus.VOIDED, PaymentStatus.REFUNDED}),
}


@dataclass(eq=False, kw_only=True)
class Payment:
    """One payment, for an order or into an account. Its id is the key it has at the gateway.

    `lease_until` says until when somebody is asking the gateway, or a person has to; `announced` that a client was
    told "pending"; `token` stands for the card and is forgotten once the gateway has answered.
    """

    id: PaymentId
    owner_id: UserId
    method: PaymentMethod
    amount: Money
    created_at: datetime
    order_id: OrderId | None = None
    account_id: AccountId | None = None
    status: PaymentStatus = PaymentStatus.AUTHORIZING
    token: str | None = field(default=None, repr=False)
    lease_until: datetime | None = None
    attempts: int = 0
    announced: bool = False
    decline_code: str | None = None
    key_id: str | None = None
    version: int = 1

    def lease(self, now: datetime, until: datetime) -> bool:
        """Whether it is now ours to drive until then: only where nobody else's lease still runs."""
        if self.lease_until is not None and self.lease_until > now:
            return False
        self.lease_until = until
        self.attempts += 1
        return True

    def release(self, now: datetime) -> None:
        """The gateway's answer is unknown: the next to come may ask again."""
        self.lease_until = now
        self.announced = True

    def decline(self, decline_code: str) -> None:
        self.become(PaymentStatus.DECLINED)
        self.decline_code = decline_code

    @property
    def in_review(self) -> bool:
        return self.status is PaymentStatus.REVIEW

    def may_become(self, wanted: PaymentStatus) -> bool:
        return wanted in _NEXT.get(self.status, frozenset())

    def become(self, wanted: PaymentStatus) -> None:
        """Raises `InvalidTransition` where no rule leads from here to there (L8)."""
        if not self.may_become(wanted):
            raise InvalidTransition(self.status, wanted)
        self.status = wanted
        self.token = None
        self.lease_until = NEVER if wanted is PaymentStatus.REVIEW else None
