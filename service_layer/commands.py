"""What can be asked of the service. A command says what it will need, so that a group can load it in bulk."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from domain.catalog import Quantity, Sku
from domain.identifiers import AccountId, OrderId, PaymentId, UserId
from domain.money import Money
from domain.payments import PaymentMethod, PaymentStatus
from domain.users import Email
from service_layer.records import InFlight
from service_layer.repositories import Needs


class Command:
    """Something to be done, in a unit that writes."""

    def needs(self, user: UserId | None) -> Needs:
        """What the handler will load, as far as it can be told beforehand."""
        return {}


class Query:
    """Something to be told, in a unit that only reads."""

    def needs(self, user: UserId | None) -> Needs:
        """As for a command."""
        return {}


@dataclass(frozen=True, kw_only=True)
class Keyed(Command, ABC):
    """A command that a client may repeat under a key of its own; `operation` is its method and path."""

    key: str | None = None
    operation: str

    def key_id(self, caller: UserId) -> str:
        return f"{caller} {self.operation} {self.key}"

    @abstractmethod
    def fingerprint(self) -> str:
        """The same for the same request, whatever the order of its members was."""

    def needs(self, user: UserId | None) -> Needs:
        return {("keys", "key"): {self.key_id(user)}} if user and self.key else {}


def digest(*parts: object) -> str:
    """Of plain values, whose `repr` is the same in every process."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Item:
    sku: Sku
    quantity: Quantity


def basket(items: Iterable[Item]) -> tuple[Item, ...]:
    """One item per SKU, in SKU order. Raises `ValueError` where a sum exceeds what one line may take."""
    quantities: Counter[Sku] = Counter()
    for item in items:
        quantities[item.sku] += item.quantity
    return tuple(Item(sku, Quantity(quantities[sku])) for sku in sorted(quantities))


@dataclass(frozen=True, kw_only=True)
class PlaceOrder(Keyed):
    """Buy what is in the basket for what it costs now. `token` stands for a card."""

    items: tuple[Item, ...]
    method: PaymentMethod
    token: str | None = field(default=None, repr=False)
    expected_total: Money | None = None
    operation: str = "POST /orders/"

    def fingerprint(self) -> str:
        items = [(item.sku, item.quantity) for item in self.items]
        expected = self.expected_total
        return digest(items, self.method.value, self.token, expected and (expected.amount, expected.currency))

    def needs(self, user: UserId | None) -> Needs:
        owner = {user} if user and self.method is PaymentMethod.BALANCE else set[str]()
        return {
            **super().needs(user),
            ("products", "key"): {item.sku for item in self.items},
            ("accounts", "owner_id"): owner,
        }


@dataclass(frozen=True, kw_only=True)
class Deposit(Keyed):
    """Put card money into an account."""

    account_id: AccountId
    amount: Money
    token: str = field(repr=False)

    def fingerprint(self) -> str:
        return digest(self.amount.amount, self.amount.currency, self.token)

    def needs(self, user: UserId | None) -> Needs:
        return {**super().needs(user), ("accounts", "key"): {self.account_id}}


@dataclass(frozen=True, kw_only=True)
class MoveMoney(Keyed):
    """From one account to another, of anybody."""

    source: AccountId
    target: AccountId
    amount: Money
    operation: str = "POST /transfers/"

    def fingerprint(self) -> str:
        return digest(self.source, self.target, self.amount.amount, self.amount.currency)

    def needs(self, user: UserId | None) -> Needs:
        return {**super().needs(user), ("accounts", "key"): {self.source, self.target}}


@dataclass(frozen=True, kw_only=True)
class SignUp(Command):
    """A new user, with the one account everybody has. The password is hashed already."""

    name: str
    email: Email
    password_hash: str = field(repr=False)

    def needs(self, user: UserId | None) -> Needs:
        return {("users", "email"): {self.email.key}}


@dataclass(frozen=True, kw_only=True)
class LogIn(Command):
    """The password has been found right: `password_hash` is what it was checked against.

    `rehashed` replaces that, where it was made with weaker parameters than today's.
    """

    user_id: UserId
    password_hash: str = field(repr=False)
    rehashed: str | None = field(default=None, repr=False)

    def needs(self, user: UserId | None) -> Needs:
        return {("users", "key"): {self.user_id}}


@dataclass(frozen=True, kw_only=True)
class LogOut(Command):
    """End this session. Nobody's ends just as well."""


@dataclass(frozen=True, kw_only=True)
class Touch(Command):
    """The visitor was seen; nothing else."""


@dataclass(frozen=True, kw_only=True)
class EndSession(Command):
    """End one of the caller's sessions."""

    handle: str

    def needs(self, user: UserId | None) -> Needs:
        return {("sessions", "user_id"): {user} if user else ()}


@dataclass(frozen=True, kw_only=True)
class EndSessions(Command):
    """End all of the caller's sessions."""

    def needs(self, user: UserId | None) -> Needs:
        return {("sessions", "user_id"): {user} if user else ()}


@dataclass(frozen=True, kw_only=True)
class ChangePreferences(Command):
    """A JSON merge patch (RFC 7396) of the session's preferences."""

    patch: Any


@dataclass(frozen=True, kw_only=True)
class Rename(Command):
    """A new name for the caller, provided the representation they read carried one of these tags."""

    name: str | None
    tags: frozenset[str]

    def needs(self, user: UserId | None) -> Needs:
        return {("users", "key"): {user}, ("accounts", "owner_id"): {user}} if user else {}


@dataclass(frozen=True, kw_only=True)
class ChangePassword(Command):
    """A new password; `checked_hash` is what the current one was checked against."""

    checked_hash: str = field(repr=False)
    password_hash: str = field(repr=False)

    def needs(self, user: UserId | None) -> Needs:
        return {("users", "key"): {user}, ("sessions", "user_id"): {user}} if user else {}


@dataclass(frozen=True, kw_only=True)
class AddProduct(Command):
    sku: Sku
    name: str
    price: Money
    on_hand: int

    def needs(self, user: UserId | None) -> Needs:
        return {("products", "key"): {self.sku}}


@dataclass(frozen=True, kw_only=True)
class ChangeProduct(Command):
    sku: str
    name: str | None
    price: Money | None

    def needs(self, user: UserId | None) -> Needs:
        return {("products", "key"): {self.sku}}


@dataclass(frozen=True, kw_only=True)
class AdjustStock(Command):
    sku: str
    delta: int
    reason: str

    def needs(self, user: UserId | None) -> Needs:
        return {("products", "key"): {self.sku}}


@dataclass(frozen=True, kw_only=True)
class CancelOrder(Command):
    """Take an order back, with money and stock. What it will need was read beforehand, and never changes."""

    order_id: OrderId
    owner_id: UserId
    skus: tuple[str, ...]

    def needs(self, user: UserId | None) -> Needs:
        return {
            ("products", "key"): self.skus,
            ("accounts", "owner_id"): {self.owner_id},
            ("orders", "key"): {self.order_id},
            ("payments", "order_id"): {self.order_id},
        }


@dataclass(frozen=True, kw_only=True)
class FulfillOrder(Command):
    """The goods have left the house."""

    order_id: OrderId

    def needs(self, user: UserId | None) -> Needs:
        return {("orders", "key"): {self.order_id}, ("payments", "order_id"): {self.order_id}}


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
class ClaimMessages(Command):
    """Take what is due from the outbox, for this relay alone for a while."""

    limit: int = 200


@dataclass(frozen=True, kw_only=True)
class CloseMessages(Command):
    """These are done, and what they did to payments at the gateway is `outcomes`: the status each reached there."""

    messages: tuple[str, ...]
    outcomes: Mapping[PaymentId, PaymentStatus]
    accounts: tuple[AccountId, ...] = ()

    def needs(self, user: UserId | None) -> Needs:
        return {
            ("accounts", "key"): self.accounts,
            ("payments", "key"): set(self.outcomes),
            ("messages", "key"): self.messages,
        }


@dataclass(frozen=True, kw_only=True)
class ClaimPayments(Command):
    """Take over payments whose lease has run out; `grace` leaves those alone that a client may still be asking for."""

    limit: int = 100
    grace: timedelta = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class ClearExpired(Command):
    """Clear away a batch of what has ended by itself: sessions, idempotency keys."""

    limit: int = 500


@dataclass(frozen=True, kw_only=True)
class GrantStaff(Command):
    email: Email

    def needs(self, user: UserId | None) -> Needs:
        return {("users", "email"): {self.email.key}}


@dataclass(frozen=True, kw_only=True)
class FindUser(Query):
    """For log-in: whose password to check."""

    email: Email


@dataclass(frozen=True, kw_only=True)
class SeeMe(Query):
    """The caller, or somebody who had better be the caller."""

    user_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class SeeSession(Query):
    pass


@dataclass(frozen=True, kw_only=True)
class SeeSessions(Query):
    pass


@dataclass(frozen=True, kw_only=True)
class SeeProduct(Query):
    sku: str

    def needs(self, user: UserId | None) -> Needs:
        return {("products", "key"): {self.sku}}


@dataclass(frozen=True, kw_only=True)
class ListProducts(Query):
    after: str | None
    limit: int


@dataclass(frozen=True, kw_only=True)
class SeeOrder(Query):
    order_id: str

    def needs(self, user: UserId | None) -> Needs:
        return {("orders", "key"): {self.order_id}, ("payments", "order_id"): {self.order_id}}


@dataclass(frozen=True, kw_only=True)
class ListOrders(Query):
    after: str | None
    limit: int


@dataclass(frozen=True, kw_only=True)
class ListAccounts(Query):
    after: str | None
    limit: int


@dataclass(frozen=True, kw_only=True)
class SeeAccount(Query):
    account_id: str

    def needs(self, user: UserId | None) -> Needs:
        return {("accounts", "key"): {self.account_id}}


@dataclass(frozen=True, kw_only=True)
class ListEntries(Query):
    account_id: str
    after: str | None
    limit: int


@dataclass(frozen=True, kw_only=True)
class QuoteOrder(Query):
    """What the order would cost, and whether it could be had."""

    order: PlaceOrder

    def needs(self, user: UserId | None) -> Needs:
        return {("products", "key"): {item.sku for item in self.order.items}}


@dataclass(frozen=True, kw_only=True)
class CheckLaws(Query):
    pass


@dataclass(frozen=True, kw_only=True)
class CountWaiting(Query):
    """How many payments wait for the gateway, whoever drives them; as far as `limit`."""

    limit: int = 10_000


@dataclass(frozen=True, kw_only=True)
class SeeReviews(Query):
    """Payments that wait for a person, as many as `limit`."""

    limit: int = 10_000
