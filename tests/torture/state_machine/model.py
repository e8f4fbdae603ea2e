"""The simplest thing that could be right: what there is, in dictionaries, and how it reads in the books."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service_layer.outbox import Task
from service_layer.receipts import OrderReceipt, decode
from tests.kit.books import Books

DONE = ""  # an answer that is neither an order nor a refusal


@dataclass
class Person:
    name: str
    email: str
    password_hash: str
    account: str
    roles: str = ""


@dataclass
class Goods:
    price: int
    on_hand: int = 0
    reserved: int = 0


@dataclass
class Purchase:
    owner: str
    items: dict[str, int]
    total: int
    status: str = "pending"


@dataclass
class Paying:
    """`lease` is until when somebody asks the gateway."""

    amount: int
    status: str
    order: str | None = None
    account: str | None = None
    key: str | None = None
    lease: datetime | None = None
    attempts: int = 0
    announced: bool = False


@dataclass
class Kept:
    """`answer` is the id of an order, or the code of a refusal, or `DONE`; None while there is none."""

    answer: str | None = None
    payment: str | None = None


@dataclass
class Seat:
    """A session. `day` is when it was begun: it does not outlive that."""

    handle: str = ""
    user: str | None = None
    roles: str = ""
    last_order: str | None = None
    preferences: dict[str, Any] = field(default_factory=dict)
    day: int = field(default=0, compare=False)


@dataclass
class Model:
    """Everything there is. `fingerprints` are of what came under a key, `days` what day each key was first used."""

    people: dict[str, Person] = field(default_factory=dict)
    balances: dict[str, int] = field(default_factory=dict)
    goods: dict[str, Goods] = field(default_factory=dict)
    purchases: dict[str, Purchase] = field(default_factory=dict)
    payments: dict[str, Paying] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    seats: dict[str, Seat] = field(default_factory=dict)
    tasks: Counter[tuple[str, str]] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    fingerprints: dict[str, str] = field(default_factory=dict, compare=False)
    days: dict[str, int] = field(default_factory=dict, compare=False)
    today: int = field(default=0, compare=False)

    def seat(self, key: str | None) -> Seat | None:
        """The live session of a cookie that stands for this key."""
        seat = self.seats.get(key or "")
        return seat if seat is not None and seat.day == self.today else None

    def user(self, key: str | None) -> str | None:
        seat = self.seat(key)
        return seat.user if seat else None

    def payment_of(self, order: str) -> Paying:
        return next(payment for payment in self.payments.values() if payment.order == order)


def as_model(books: Books) -> Model:
    """What the store says, as the model would."""
    messages = [(row["name"], json.loads(row["payload"])) for row in books.get("messages", {}).values()]
    tasks = {task.value for task in Task}
    accounts = {row["owner_id"]: key for key, row in books.get("accounts", {}).items()}
    return Model(
        people={key: _person(row, accounts[key]) for key, row in books.get("users", {}).items()},
        balances={key: row["balance"].amount for key, row in books.get("accounts", {}).items()},
        goods={
            key: Goods(row["price"].amount, row["on_hand"], row["reserved"])
            for key, row in books.get("products", {}).items()
        },
        purchases={key: _purchase(row) for key, row in books.get("orders", {}).items()},
        payments={key: _paying(row) for key, row in books.get("payments", {}).items()},
        kept={key: Kept(_answer(row["answer"]), row["payment_id"]) for key, row in books.get("keys", {}).items()},
        seats={key: _seat(row) for key, row in books.get("sessions", {}).items()},
        tasks=Counter((name, payload["payment_id"]) for name, payload in messages if name in tasks),
        events=Counter(name for name, _ in messages if name not in tasks),
    )


def _person(row: dict[str, Any], account: str) -> Person:
    roles = " ".join(sorted(row["roles"]))
    return Person(row["name"], row["email"].address, row["password_hash"], account, roles)


def _purchase(row: dict[str, Any]) -> Purchase:
    items = {line.sku: int(line.quantity) for line in row["lines"]}
    return Purchase(row["owner_id"], items, row["total"].amount, row["status"])


def _paying(row: dict[str, Any]) -> Paying:
    return Paying(
        row["amount"].amount, row["status"], row["order_id"], row["account_id"], row["key_id"],
        row["lease_until"], row["attempts"], row["announced"],
    )  # fmt: skip


def _answer(text: str | None) -> str | None:
    if text is None:
        return None
    outcome = decode(text)
    return outcome.id if isinstance(outcome, OrderReceipt) else getattr(outcome, "code", DONE)


def _seat(row: dict[str, Any]) -> Seat:
    return Seat(row["handle"], row["user_id"], row["roles"], row["last_order_id"], json.loads(row["preferences"]))
