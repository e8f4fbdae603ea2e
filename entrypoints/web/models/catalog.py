"""The catalog over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from domain.catalog import LONGEST_NAME, MOST_IN_STOCK
from domain.text import one_line
from entrypoints.web.models.common import In, MoneyIn, MoneyOut, Out, Told, absent, shown, text
from entrypoints.web.models.orders import ASku
from service_layer.commands import AddProduct, AdjustStock, ChangeProduct
from service_layer.views import Adjusted, ProductView

LONGEST_REASON = 200
EXAMPLE = {"sku": "mug", "name": "Mug", "price": {"amount": 1200, "currency": "EUR"}, "on_hand": 10}

ProductName = Annotated[
    str,
    text(lambda name: one_line(name, what="name", longest=LONGEST_NAME)),
    Told(minLength=1, maxLength=LONGEST_NAME, examples=["Mug"]),
]
Reason = Annotated[
    str,
    text(lambda reason: one_line(reason, what="reason", longest=LONGEST_REASON)),
    Told(minLength=1, maxLength=LONGEST_REASON, examples=["stocktaking"]),
]


class ProductIn(In):
    """A new product."""

    model_config = shown(EXAMPLE)

    sku: ASku
    name: ProductName
    price: MoneyIn
    on_hand: Annotated[int, Field(ge=0, le=MOST_IN_STOCK)]

    def command(self) -> AddProduct:
        return AddProduct(sku=self.sku, name=self.name, price=self.price.money(), on_hand=self.on_hand)


class ProductPatchIn(In):
    """What to change of a product."""

    model_config = shown({"price": {"amount": 1300, "currency": "EUR"}})

    name: Annotated[ProductName, Field(default_factory=absent)]
    price: Annotated[MoneyIn, Field(default_factory=absent)]

    def command(self, sku: str) -> ChangeProduct:
        price = self.price.money() if "price" in self.model_fields_set else None
        return ChangeProduct(sku=sku, name=self.name, price=price)


class AdjustmentIn(In):
    """So many more, or less, than the books say."""

    model_config = shown({"delta": -2, "reason": "broken in the warehouse"})

    delta: Annotated[int, Field(ge=-MOST_IN_STOCK, le=MOST_IN_STOCK)]
    reason: Reason

    def command(self, sku: str) -> AdjustStock:
        return AdjustStock(sku=sku, delta=self.delta, reason=self.reason)


class ProductOut(Out):
    """Something for sale; `available` is what nobody has ordered yet."""

    sku: str
    name: str
    price: MoneyOut
    available: int

    @classmethod
    def of(cls, view: ProductView) -> ProductOut:
        return cls(sku=view.sku, name=view.name, price=MoneyOut.of(view.price), available=view.available)


class ProductsOut(Out):
    """Products, by SKU."""

    data: list[ProductOut]
    has_more: bool


class AdjustmentOut(Out):
    """A stock adjustment, and the stock after it."""

    id: str
    sku: str
    delta: int
    reason: str
    on_hand: int
    available: int
    created_at: datetime

    @classmethod
    def of(cls, adjusted: Adjusted) -> AdjustmentOut:
        made = adjusted.adjustment
        return cls(
            id=made.id,
            sku=made.sku,
            delta=made.delta,
            reason=made.reason,
            on_hand=adjusted.on_hand,
            available=adjusted.available,
            created_at=made.created_at,
        )
