"""What is for sale, what it costs, how much of it there is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from domain.errors import InsufficientStock, LawBroken, OutOfRange
from domain.identifiers import AdjustmentId
from domain.money import Money
from domain.text import one_line

LONGEST_NAME = 200
MOST_IN_STOCK = 10**9
HIGHEST_PRICE = 10**12
_SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Sku(str):
    """A stock-keeping unit: 1 to 64 letters, digits, dots, dashes and underscores. Raises `ValueError`."""

    __slots__ = ()

    def __new__(cls, code: str) -> Self:
        if not _SKU.fullmatch(code):
            raise ValueError("sku takes 1 to 64 letters, digits, '.', '-' or '_', and begins with a letter or digit")
        return super().__new__(cls, code)


class Quantity(int):
    """How many of a product one order line takes: 1 to 999. Raises `ValueError`."""

    __slots__ = ()

    def __new__(cls, number: int) -> Self:
        if not 1 <= number <= 999:
            raise ValueError("quantity takes 1 to 999")
        return super().__new__(cls, number)


@dataclass(frozen=True, slots=True)
class StockAdjustment:
    """Why the stock changed other than by an order."""

    id: AdjustmentId
    sku: Sku
    delta: int
    reason: str
    created_at: datetime


@dataclass(eq=False, kw_only=True)
class Product:
    """Something for sale. `on_hand` is in the warehouse, `reserved` of it is promised to pending orders (L4)."""

    sku: Sku
    name: str
    price: Money
    on_hand: int = 0
    reserved: int = 0
    version: int = 1

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved

    def rename(self, name: str) -> None:
        """Raises `ValueError` for an empty or overlong name."""
        self.name = one_line(name, what="name", longest=LONGEST_NAME)

    def reprice(self, price: Money) -> None:
        """Raises `ValueError` unless 1 to `HIGHEST_PRICE` minor units; orders already placed keep theirs."""
        if not 1 <= price.amount <= HIGHEST_PRICE:
            raise ValueError(f"price takes 1 to {HIGHEST_PRICE} minor units")
        self.price = price

    def adjust(self, adjustment_id: AdjustmentId, delta: int, reason: str, at: datetime) -> StockAdjustment:
        """Raises `InsufficientStock` below what is promised, `OutOfRange` above `MOST_IN_STOCK`."""
        if self.available + delta < 0:
            raise InsufficientStock(self.sku, self.available)
        if self.on_hand + delta > MOST_IN_STOCK:
            raise OutOfRange("the stock", MOST_IN_STOCK)
        self.on_hand += delta
        return StockAdjustment(adjustment_id, self.sku, delta, reason, at)

    def reserve(self, quantity: Quantity) -> None:
        """Promises some to a pending order. Raises `InsufficientStock`."""
        if quantity > self.available:
            raise InsufficientStock(self.sku, self.available)
        self.reserved += quantity

    def release(self, quantity: Quantity) -> None:
        """Takes a promise back."""
        if quantity > self.reserved:
            raise LawBroken("L4: released more than was reserved")
        self.reserved -= quantity

    def take(self, quantity: Quantity) -> None:
        """Keeps a promise: what was reserved leaves the warehouse."""
        self.release(quantity)
        self.on_hand -= quantity

    def put_back(self, quantity: Quantity) -> None:
        """What a canceled order had taken is for sale again."""
        self.on_hand += quantity
