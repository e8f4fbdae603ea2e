"""What is stored: each kind of thing, how it is found, and the one order in which all lock them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Generic, TypeVar

from domain.accounts import Account, Entry
from domain.catalog import Product, StockAdjustment
from domain.orders import Order
from domain.payments import Payment
from domain.users import User
from service_layer.records import AttemptRecord, KeyRecord, Message, SessionRecord

E = TypeVar("E")
Getter = Callable[[Any], Any]


@dataclass(frozen=True, eq=False)
class Kind(Generic[E]):
    """One kind of stored thing. The values of `unique` and `grouped` never change during its life.

    `key` tells things apart; `unique` finds one; `grouped` finds several; `due` is when a worker must
    look at it (None: never); pages run by key, backwards where `newest_first`.
    """

    name: str
    of: type[E]
    key: Getter = attrgetter("id")
    unique: Mapping[str, Getter] = field(default_factory=dict[str, Getter])
    grouped: Mapping[str, Getter] = field(default_factory=dict[str, Getter])
    due: Getter | None = None
    newest_first: bool = True


@dataclass(slots=True)
class Changes(Generic[E]):
    """What one transaction did to one kind. Updates and deletes carry the version they replace."""

    added: list[E]
    updated: list[tuple[E, int]]
    removed: list[tuple[str, int]]


SESSIONS = Kind("sessions", SessionRecord, attrgetter("key"), grouped={"user_id": attrgetter("user_id")},
                due=attrgetter("expires_at"))  # fmt: skip
PRODUCTS = Kind("products", Product, attrgetter("sku"), newest_first=False)
ACCOUNTS = Kind("accounts", Account, grouped={"owner_id": attrgetter("owner_id")})
USERS = Kind("users", User, unique={"email": attrgetter("email.key")})
KEYS = Kind("keys", KeyRecord, due=attrgetter("expires_at"))
ORDERS = Kind("orders", Order, grouped={"owner_id": attrgetter("owner_id")})
PAYMENTS = Kind("payments", Payment, unique={"order_id": attrgetter("order_id")}, due=attrgetter("lease_until"))
ENTRIES = Kind("entries", Entry, grouped={"account_id": attrgetter("account_id")})
ADJUSTMENTS = Kind("adjustments", StockAdjustment)
ATTEMPTS = Kind("attempts", AttemptRecord, attrgetter("key"), due=attrgetter("expires_at"))
MESSAGES = Kind("messages", Message, due=attrgetter("due_at"))

ALL: tuple[Kind[Any], ...] = (
    SESSIONS, PRODUCTS, ACCOUNTS, USERS, KEYS, ORDERS, PAYMENTS, ENTRIES, ADJUSTMENTS, ATTEMPTS, MESSAGES,
)  # fmt: skip
"""In lock order: every transaction loads and writes the kinds in this order, and each kind by key."""
