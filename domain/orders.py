"""Orders: what was bought, at which price, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from domain.catalog import Product, Quantity, Sku
from domain.errors import InvalidTransition, LawBroken
from domain.events import OrderCanceled, OrderConfirmed, OrderFulfilled
from domain.identifiers import OrderId, UserId
from domain.money import Money, total_of

MOST_LINES = 100


class OrderStatus(StrEnum):
    """pending → confirmed → fulfilled; pending or confirmed → canceled."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    FULFILLED = "fulfilled"
    CANCELED = "canceled"


class OrderLine(NamedTuple):
    """So many of one product, at the price and under the name it had then."""

    sku: Sku
    name: str
    quantity: Quantity
    unit_price: Money

    @property
    def total(self) -> Money:
        return self.unit_price * self.quantity


@dataclass(eq=False, kw_only=True)
class Order:
    """One purchase of one user: one line per SKU, one currency, the total their sum (L7)."""

    id: OrderId
    owner_id: UserId
    lines: tuple[OrderLine, ...]
    total: Money
    placed_at: datetime
    status: OrderStatus = OrderStatus.PENDING
    confirmed_at: datetime | None = None
    fulfilled_at: datetime | None = None
    canceled_at: datetime | None = None
    version: int = 1

    @classmethod
    def place(cls, order_id: OrderId, owner_id: UserId, lines: tuple[OrderLine, ...], at: datetime) -> Order:
        """A pending order. Raises `CurrencyMismatch` where the products are priced in different currencies."""
        if not lines or len({line.sku for line in lines}) != len(lines):
            raise LawBroken("L7: an order has at least one line, and one line per SKU")
        total = total_of([line.total for line in lines])
        return cls(id=order_id, owner_id=owner_id, lines=lines, total=total, placed_at=at)

    def confirm(self, at: datetime) -> OrderConfirmed:
        """Raises `InvalidTransition` unless the order is pending."""
        self._leave(OrderStatus.CONFIRMED, OrderStatus.PENDING)
        self.confirmed_at = at
        return OrderConfirmed(order_id=self.id, owner_id=self.owner_id, total=self.total, at=at)

    def fulfill(self, at: datetime) -> OrderFulfilled:
        """Raises `InvalidTransition` unless the order is confirmed."""
        self._leave(OrderStatus.FULFILLED, OrderStatus.CONFIRMED)
        self.fulfilled_at = at
        return OrderFulfilled(order_id=self.id, owner_id=self.owner_id, at=at)

    def cancel(self, at: datetime) -> OrderCanceled:
        """Raises `InvalidTransition` unless the order is pending or confirmed."""
        self._leave(OrderStatus.CANCELED, OrderStatus.PENDING, OrderStatus.CONFIRMED)
        self.canceled_at = at
        return OrderCanceled(order_id=self.id, owner_id=self.owner_id, total=self.total, at=at)

    def _leave(self, wanted: OrderStatus, *allowed: OrderStatus) -> None:
        if self.status not in allowed:
            raise InvalidTransition(self.status, wanted)
        self.status = wanted


def line_of(product: Product, quantity: Quantity) -> OrderLine:
    """So many of `product`, as it is offered now."""
    return OrderLine(product.sku, product.name, quantity, product.price)
