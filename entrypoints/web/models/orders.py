"""Orders over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, GetPydanticSchema
from pydantic_core import core_schema

from domain.catalog import Quantity, Sku
from domain.money import LARGEST_AMOUNT, Money
from domain.orders import MOST_LINES, OrderLine, OrderStatus
from domain.payments import PaymentMethod
from entrypoints.web.models.common import CurrencyCode, In, MoneyOut, Out, Told, shown, text
from service_layer.commands import Item, PlaceOrder, basket
from service_layer.receipts import OrderReceipt
from service_layer.views import Quote

ASku = Annotated[
    Sku, text(Sku), Told(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", minLength=1, maxLength=64, examples=["mug"])
]
CardToken = Annotated[str, Field(pattern=r"^[!-~]{1,255}$", examples=["pm_card_visa"])]
MESSAGES = {
    OrderStatus.PENDING: "Your payment is being checked. Ask again in a moment.",
    OrderStatus.CONFIRMED: "Thank you. Your order is confirmed.",
    OrderStatus.FULFILLED: "Your order is on its way.",
    OrderStatus.CANCELED: "Your order is canceled, and its money given back.",
}


class ItemIn(In):
    """So many of one product."""

    sku: ASku
    quantity: Annotated[int, Field(ge=1, le=999, examples=[2])]


def _merged(items: list[ItemIn]) -> tuple[Item, ...]:
    return basket(Item(item.sku, Quantity(item.quantity)) for item in items)


Basket = Annotated[
    tuple[Item, ...],
    GetPydanticSchema(
        lambda _source, handler: core_schema.no_info_after_validator_function(
            _merged, handler(Annotated[list[ItemIn], Field(min_length=1, max_length=MOST_LINES)])
        )
    ),
]
"""Lines of one SKU are merged."""


class CardIn(In):
    """A card, by the token that the gateway's own form made of it."""

    method: Literal["card"]
    token: CardToken


class BalanceIn(In):
    """The buyer's account."""

    method: Literal["balance"]


class ExpectedIn(In):
    """What the client believes it to cost."""

    amount: Annotated[int, Field(ge=0, le=LARGEST_AMOUNT, examples=[2400])]
    currency: CurrencyCode


class OrderIn(In):
    """What to buy, and how it is paid for."""

    model_config = shown(
        {"items": [{"sku": "mug", "quantity": 2}], "payment": {"method": "card", "token": "pm_card_visa"}},
        {
            "items": [{"sku": "mug", "quantity": 1}],
            "payment": {"method": "balance"},
            "expected_total": {"amount": 1200, "currency": "EUR"},
        },
    )

    items: Basket
    payment: Annotated[CardIn | BalanceIn, Field(discriminator="method")]
    expected_total: ExpectedIn | None = None

    def command(self, key: str | None) -> PlaceOrder:
        expected = self.expected_total
        return PlaceOrder(
            key=key,
            items=self.items,
            method=PaymentMethod(self.payment.method),
            token=self.payment.token if isinstance(self.payment, CardIn) else None,
            expected_total=Money(expected.amount, expected.currency) if expected else None,
        )


class LineOut(Out):
    """One product, at the price and under the name it had when it was ordered."""

    sku: str
    name: str
    quantity: int
    unit_price: MoneyOut

    @classmethod
    def of(cls, line: OrderLine) -> LineOut:
        return cls(sku=line.sku, name=line.name, quantity=line.quantity, unit_price=MoneyOut.of(line.unit_price))


class PaymentOut(Out):
    """How it is paid for, and how far that has come."""

    method: str
    status: str


class OrderOut(Out):
    """An order. `order_id` and `id` are the same."""

    order_id: str
    id: str
    status: OrderStatus
    total: MoneyOut
    lines: list[LineOut]
    payment: PaymentOut
    created_at: datetime
    message: str

    @classmethod
    def of(cls, receipt: OrderReceipt) -> OrderOut:
        return cls(
            order_id=receipt.id,
            id=receipt.id,
            status=receipt.status,
            total=MoneyOut.of(receipt.total),
            lines=[LineOut.of(line) for line in receipt.lines],
            payment=PaymentOut(method=receipt.method, status=receipt.payment_status),
            created_at=receipt.created_at,
            message=MESSAGES[receipt.status],
        )


class OrdersOut(Out):
    """Orders, newest first."""

    data: list[OrderOut]
    has_more: bool


class QuoteOut(Out):
    """What an order would cost now."""

    total: MoneyOut
    lines: list[LineOut]
    message: str

    @classmethod
    def of(cls, quote: Quote) -> QuoteOut:
        lines = [LineOut.of(line) for line in quote.lines]
        return cls(total=MoneyOut.of(quote.total), lines=lines, message="A quote. Nothing was ordered.")
