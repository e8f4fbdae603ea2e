"""What can be asked about orders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.catalog import Quantity, Sku
from domain.identifiers import OrderId, UserId
from domain.money import Money
from domain.payments import PaymentMethod
from service_layer.commands.asking import Command, Keyed, Query, digest
from service_layer.repositories import Needs


@dataclass(frozen=True, slots=True)
class Item:
    sku: Sku
    quantity: Quantity


def basket(items: Iterable[Item]) -> tuple[Item, ...]:
    """One item per SKU, in SKU order. Raises `ValueError` where a sum exceeds what one line may take."""
    quantities: dict[Sku, int] = {}
    for item in items:
        quantities[item.sku] = quantities.get(item.sku, 0) + item.quantity
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
class QuoteOrder(Query):
    """What the order would cost, and whether it could be had."""

    order: PlaceOrder

    def needs(self, user: UserId | None) -> Needs:
        return {("products", "key"): {item.sku for item in self.order.items}}
