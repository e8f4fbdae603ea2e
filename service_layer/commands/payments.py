"""What becomes of payments, once the gateway has been asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain.identifiers import AccountId, OrderId, PaymentId, UserId
from service_layer.commands.asking import Command, Query
from service_layer.records import InFlight
from service_layer.repositories import Needs


class Verdict(StrEnum):
    """What came of asking the gateway for money.

    `unknown` may have happened, `unreached` has not, `lost` cannot be known any more.
    """

    AUTHORIZED = "authorized"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    UNREACHED = "unreached"
    LOST = "lost"


@dataclass(frozen=True, kw_only=True)
class Settle(Command):
    """Make what the gateway said true here, unless somebody else has."""

    payment_id: PaymentId
    order_id: OrderId | None
    skus: tuple[str, ...]
    verdict: Verdict
    decline_code: str = ""

    @classmethod
    def of(cls, in_flight: InFlight, verdict: Verdict, decline_code: str) -> Settle:
        return cls(
            payment_id=in_flight.payment_id,
            order_id=in_flight.order_id,
            skus=in_flight.skus,
            verdict=verdict,
            decline_code=decline_code,
        )

    def needs(self, user: UserId | None) -> Needs:
        return {
            ("products", "key"): self.skus,
            ("orders", "key"): {self.order_id} if self.order_id else (),
            ("payments", "key"): {self.payment_id},
        }


@dataclass(frozen=True, kw_only=True)
class BookDeposit(Command):
    """The gateway has captured this deposit."""

    payment_id: PaymentId
    account_id: AccountId

    @classmethod
    def of(cls, in_flight: InFlight) -> BookDeposit:
        return cls(payment_id=in_flight.payment_id, account_id=AccountId(in_flight.account_id or ""))

    def needs(self, user: UserId | None) -> Needs:
        return {("accounts", "key"): {self.account_id}, ("payments", "key"): {self.payment_id}}


@dataclass(frozen=True, kw_only=True)
class ClaimPayments(Command):
    """Take over payments whose lease has run out; `grace` leaves those alone that a client may still be asking for."""

    limit: int = 100
    grace: timedelta = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class CountWaiting(Query):
    """How many payments wait for the gateway, whoever drives them; as far as `limit`."""

    limit: int = 10_000


@dataclass(frozen=True, kw_only=True)
class SeeReviews(Query):
    """Payments that wait for a person, as many as `limit`."""

    limit: int = 10_000
