"""What people ask of the shop, as short as a test wants to say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.catalog import Quantity, Sku
from domain.money import Currency, Money
from domain.payments import PaymentMethod
from service_layer.commands import Item, PlaceOrder, basket

EUR: Final = Currency("EUR")
VISA: Final = "pm_card_visa"


def eur(cents: int) -> Money:
    return Money(cents, EUR)


def buying(
    items: Mapping[str, int], *, token: str | None = None, key: str | None = None, expected: Money | None = None
) -> PlaceOrder:
    """An order of so many of each SKU; by card where there is a token, else from the balance."""
    return PlaceOrder(
        items=basket(Item(Sku(sku), Quantity(quantity)) for sku, quantity in items.items()),
        method=PaymentMethod.CARD if token else PaymentMethod.BALANCE,
        token=token,
        key=key,
        expected_total=expected,
    )
