"""What queries tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from domain.accounts import Account
from domain.catalog import Product, StockAdjustment
from domain.identifiers import UserId
from domain.money import Money
from domain.orders import OrderLine
from domain.payments import Payment
from domain.users import Role, User

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Part of a list, and whether there is more behind it."""

    data: list[T]
    has_more: bool


def page_of(found: list[T], limit: int) -> Page[T]:
    """A page from what was found, of which there may be one more than fits."""
    return Page(found[:limit], len(found) > limit)


@dataclass(frozen=True, slots=True)
class Quote:
    lines: tuple[OrderLine, ...]
    total: Money


@dataclass(frozen=True, slots=True)
class AccountView:
    id: str
    currency: str
    balance: Money

    @classmethod
    def of(cls, account: Account) -> AccountView:
        return cls(account.id, account.currency, account.balance)


@dataclass(frozen=True, slots=True)
class UserView:
    """A user and their accounts; `tag` changes whenever anything of it does."""

    id: UserId
    name: str
    email: str
    accounts: tuple[AccountView, ...]
    tag: str

    @classmethod
    def of(cls, user: User, accounts: list[Account]) -> UserView:
        tag = "-".join(str(version) for version in (user.version, *(account.version for account in accounts)))
        return cls(user.id, user.name, user.email.address, tuple(AccountView.of(account) for account in accounts), tag)


@dataclass(frozen=True, slots=True)
class ProductView:
    sku: str
    name: str
    price: Money
    available: int
    tag: str

    @classmethod
    def of(cls, product: Product) -> ProductView:
        return cls(product.sku, product.name, product.price, product.available, str(product.version))


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A stock adjustment, and what there is after it."""

    adjustment: StockAdjustment
    on_hand: int
    available: int


@dataclass(frozen=True, slots=True)
class SessionView:
    """The visitor's session; nulls where there is none."""

    user_id: UserId | None
    roles: frozenset[Role]
    last_order_id: str | None
    preferences: dict[str, Any]
    expires_at: datetime | None
    idle_expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One of a user's sessions, as its owner may see it."""

    handle: str
    created_at: datetime
    last_seen_at: datetime
    user_agent: str
    ip: str
    current: bool


@dataclass(frozen=True, slots=True)
class Credentials:
    """What to check a password against."""

    user_id: UserId | None
    name: str
    email: str
    password_hash: str | None


@dataclass(frozen=True, slots=True)
class Review:
    """A payment that waits for a person: look its id up at the gateway, then cancel the order or book by hand."""

    payment_id: str
    order_id: str | None
    account_id: str | None
    amount: Money
    created_at: datetime

    @classmethod
    def of(cls, payment: Payment) -> Review:
        return cls(payment.id, payment.order_id, payment.account_id, payment.amount, payment.created_at)


@dataclass(frozen=True, slots=True)
class LawCount:
    law: str
    violations: int

    @property
    def ok(self) -> bool:
        return self.violations == 0
