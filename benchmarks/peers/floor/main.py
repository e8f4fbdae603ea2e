"""The routes of the other peers, answered from memory without any work."""

from datetime import UTC, datetime

from fastapi import FastAPI

from benchmarks import shop
from benchmarks.peers.schemas import LineOut, Money, OrderIn, OrderOut, PaymentOut, ProductOut, ProductPage

app = FastAPI()

ORDER = OrderOut(
    order_id="0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
    id="0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
    status="confirmed",
    total=Money(amount=100, currency=shop.CURRENCY),
    lines=[LineOut(sku=shop.sku(0), name="Thing 0", quantity=1, unit_price=Money(amount=100, currency=shop.CURRENCY))],
    payment=PaymentOut(method="balance", status="captured"),
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    message="Order confirmed",
)
PAGE = ProductPage(
    data=[
        ProductOut(
            sku=shop.sku(n),
            name=f"Thing {n}",
            price=Money(amount=shop.price(n), currency=shop.CURRENCY),
            available=shop.STOCK,
        )
        for n in range(20)
    ],
    has_more=True,
)


@app.post("/orders/", status_code=201)
async def place_order(body: OrderIn) -> OrderOut:
    return ORDER


@app.get("/orders/{order_id}")
async def read_order(order_id: str) -> OrderOut:
    return ORDER


@app.get("/products/")
async def list_products(limit: int = 20) -> ProductPage:
    return PAGE
