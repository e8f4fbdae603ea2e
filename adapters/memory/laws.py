"""The laws, counted over dictionaries."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from adapters.memory.shelf import Shelf
from domain.accounts import Account, Entry, SystemAccount
from domain.catalog import Product, StockAdjustment
from domain.orders import Order, OrderStatus
from domain.payments import Payment, PaymentMethod, PaymentStatus
from domain.users import User
from service_layer.idempotency import KEPT
from service_layer.outbox import DRIVEN_BY
from service_layer.receipts import OrderReceipt, decode
from service_layer.records import KeyRecord, Message, SessionRecord

_SOLD = frozenset({OrderStatus.CONFIRMED, OrderStatus.FULFILLED})
_PAID = frozenset({PaymentStatus.AUTHORIZED, PaymentStatus.CAPTURED})
_OVERDUE = timedelta(seconds=60)


class Books:
    """Everything committed, by kind, to be counted."""

    def __init__(self, shelves: Mapping[str, Shelf[Any]], now: datetime) -> None:
        self.now = now
        self.users: list[User] = list(shelves["users"].all())
        self.accounts: list[Account] = list(shelves["accounts"].all())
        self.products: list[Product] = list(shelves["products"].all())
        self.adjustments: list[StockAdjustment] = list(shelves["adjustments"].all())
        self.orders: dict[str, Order] = {order.id: order for order in shelves["orders"].all()}
        self.payments: list[Payment] = list(shelves["payments"].all())
        self.entries: list[Entry] = list(shelves["entries"].all())
        self.keys: list[KeyRecord] = list(shelves["keys"].all())
        self.sessions: list[SessionRecord] = list(shelves["sessions"].all())
        self.messages: list[Message] = list(shelves["messages"].all())


def count(shelves: Mapping[str, Shelf[Any]], now: datetime) -> Mapping[str, int]:
    """How often each law is violated."""
    books = Books(shelves, now)
    return {law: sum(1 for broken in check(books) if broken) for law, check in _CHECKS.items()}


def _l1(books: Books) -> Iterator[bool]:
    transfers: Counter[str] = Counter()
    currencies: Counter[str] = Counter()
    for entry in books.entries:
        transfers[entry.transfer_id] += entry.amount.amount
        currencies[entry.amount.currency] += entry.amount.amount
    yield from (total != 0 for total in (*transfers.values(), *currencies.values()))


def _l2(books: Books) -> Iterator[bool]:
    sums: Counter[str | None] = Counter()
    for entry in books.entries:
        sums[entry.account_id] += entry.amount.amount
    yield from (account.balance.amount != sums[account.id] for account in books.accounts)


def _l3(books: Books) -> Iterator[bool]:
    yield from (account.balance.amount < 0 for account in books.accounts)


def _l4(books: Books) -> Iterator[bool]:
    reserved: Counter[str] = Counter()
    on_hand: Counter[str] = Counter()
    for adjustment in books.adjustments:
        on_hand[adjustment.sku] += adjustment.delta
    for order in books.orders.values():
        for line in order.lines:
            reserved[line.sku] += line.quantity if order.status is OrderStatus.PENDING else 0
            on_hand[line.sku] -= line.quantity if order.status in _SOLD else 0
    for product in books.products:
        yield not product.on_hand >= product.reserved >= 0
        yield product.reserved != reserved[product.sku] or product.on_hand != on_hand[product.sku]


def _l5(books: Books) -> Iterator[bool]:
    paid: defaultdict[str, list[Payment]] = defaultdict(list)
    captured: set[str | None] = set()
    revenue = _revenue(books)
    for payment in books.payments:
        if payment.order_id is not None and payment.status in _PAID:
            paid[payment.order_id].append(payment)
            captured |= {payment.order_id} if payment.status is PaymentStatus.CAPTURED else set()
            yield payment.order_id in captured and revenue[payment.order_id] != payment.amount.amount
    for order in books.orders.values():
        amounts = [payment.amount for payment in paid.pop(order.id, [])]
        yield amounts != ([order.total] if order.status in _SOLD else [])
    yield from (True for _ in paid)
    canceled = {order.id for order in books.orders.values() if order.status is OrderStatus.CANCELED}  # those are for L6
    yield from (earned != 0 for order_id, earned in revenue.items() if order_id not in captured | canceled)


def _l6(books: Books) -> Iterator[bool]:
    yield from (earned < 0 for earned in _revenue(books).values())
    nets: Counter[tuple[str, str | None]] = Counter()
    for entry in books.entries:
        order = books.orders.get(entry.order_id or "")
        if order is not None and order.status is OrderStatus.CANCELED:
            nets[order.id, entry.account_id or entry.system_account] += entry.amount.amount
    yield from (net != 0 for net in nets.values())


def _revenue(books: Books) -> Counter[str | None]:
    """What the shop has earned from each order."""
    revenue: Counter[str | None] = Counter()
    for entry in books.entries:
        if entry.order_id is not None and entry.system_account is SystemAccount.REVENUE:
            revenue[entry.order_id] += entry.amount.amount
    return revenue


def _l7(books: Books) -> Iterator[bool]:
    for order in books.orders.values():
        currencies = {order.total.currency, *(line.unit_price.currency for line in order.lines)}
        yield sum(line.total.amount for line in order.lines) != order.total.amount or len(currencies) != 1
        yield len({line.sku for line in order.lines}) != len(order.lines) or not order.lines


def _l8(books: Books) -> Iterator[bool]:
    for order in books.orders.values():
        expected = {
            OrderStatus.PENDING: (False, False, False),
            OrderStatus.CONFIRMED: (True, False, False),
            OrderStatus.FULFILLED: (True, True, False),
            OrderStatus.CANCELED: (order.confirmed_at is not None, False, True),
        }[order.status]
        moments = (order.confirmed_at, order.fulfilled_at, order.canceled_at)
        yield tuple(moment is not None for moment in moments) != expected


def _l9(books: Books) -> Iterator[bool]:
    effects: defaultdict[str, list[datetime]] = defaultdict(list)
    for payment in books.payments:
        if payment.key_id is not None and payment.status is not PaymentStatus.DECLINED:  # which may be tried again
            effects[payment.key_id].append(payment.created_at)
    for moments in effects.values():
        yield any(later - earlier < KEPT for earlier, later in pairwise(sorted(moments)))


def _l10(books: Books) -> Iterator[bool]:
    payments = {payment.id for payment in books.payments}
    yield from (session.last_order_id not in {None, *books.orders} for session in books.sessions)
    for key in books.keys:
        answer = decode(key.answer) if key.answer else None
        yield isinstance(answer, OrderReceipt) and answer.id not in books.orders
        yield answer is None and key.payment_id not in payments
    for message in books.messages:
        payload = json.loads(message.payload)
        yield payload.get("order_id") not in {None, *books.orders}
        yield payload.get("payment_id") not in {None, *payments}


def _l11(books: Books) -> Iterator[bool]:
    defaults = Counter(account.owner_id for account in books.accounts if account.is_default)
    yield from (defaults[user.id] != 1 for user in books.users)


def _l12(books: Books) -> Iterator[bool]:
    limit = books.now - _OVERDUE
    for payment in books.payments:
        waiting = payment.method is PaymentMethod.CARD and payment.status is PaymentStatus.AUTHORIZING
        yield waiting and (payment.lease_until is None or payment.lease_until < limit)
    yield from (message.due_at < limit for message in books.messages)
    tasks = {(message.name, json.loads(message.payload).get("payment_id")) for message in books.messages}
    for payment in books.payments:
        yield payment.status in DRIVEN_BY and (DRIVEN_BY[payment.status], payment.id) not in tasks


_CHECKS: dict[str, Callable[[Books], Iterator[bool]]] = {
    "L1": _l1, "L2": _l2, "L3": _l3, "L4": _l4, "L5": _l5, "L6": _l6,
    "L7": _l7, "L8": _l8, "L9": _l9, "L10": _l10, "L11": _l11, "L12": _l12,
}  # fmt: skip
