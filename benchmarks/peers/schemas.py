"""What goes over the wire at `POST /orders/`, the same in every FastAPI peer."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Money(Strict):
    amount: int
    currency: str


class ItemIn(Strict):
    sku: str
    quantity: Annotated[int, Field(ge=1, le=999)]


class PaymentIn(Strict):
    method: Literal["balance"]


class OrderIn(Strict):
    items: Annotated[list[ItemIn], Field(min_length=1)]
    payment: PaymentIn
    expected_total: Money | None = None


class LineOut(BaseModel):
    sku: str
    name: str
    quantity: int
    unit_price: Money


class PaymentOut(BaseModel):
    method: str
    status: str


class OrderOut(BaseModel):
    order_id: str
    id: str
    status: str
    total: Money
    lines: list[LineOut]
    payment: PaymentOut
    created_at: datetime
    message: str


class ProductOut(BaseModel):
    sku: str
    name: str
    price: Money
    available: int


class ProductPage(BaseModel):
    data: list[ProductOut]
    has_more: bool
