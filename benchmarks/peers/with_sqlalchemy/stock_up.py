"""Fills a database with the shop and its history."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, insert, text

from benchmarks import shop
from benchmarks.peers.with_sqlalchemy.models import (
    Account,
    Base,
    Entry,
    IdempotencyKey,
    Order,
    OrderLine,
    OutboxEvent,
    Product,
    User,
)

Rows = tuple[type[Base], list[dict[str, Any]]]


def stock_up(engine: Engine) -> None:
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        for table, rows in (*shop_rows(), *history_rows()):
            connection.execute(insert(table), rows)
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT setval('orders_id_seq', :last)"), {"last": shop.HISTORY})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def shop_rows() -> Iterator[Rows]:
    people = range(1, shop.BUYERS + 1)
    yield User, [{"id": n, "name": f"Buyer {n}", "email": shop.email(n)} for n in people]
    yield Account, [{"id": n, "user_id": n, "currency": shop.CURRENCY, "balance": shop.BALANCE} for n in people]
    goods = {"currency": shop.CURRENCY, "on_hand": shop.STOCK}
    yield (
        Product,
        [
            {"id": n + 1, "sku": shop.sku(n), "name": f"Thing {n}", "price": shop.price(n), **goods}
            for n in range(shop.PRODUCTS)
        ],
    )


def history_rows() -> Iterator[Rows]:
    orders = range(1, shop.HISTORY + 1)
    buyer = {n: 1 + n % shop.BUYERS for n in orders}
    paid = {"status": "confirmed", "currency": shop.CURRENCY, "payment_method": "balance", "payment_status": "captured"}
    thing = {"name": "Thing", "quantity": 1, "unit_price": 100}
    yield Order, [{"id": n, "user_id": buyer[n], "total": 100, **paid} for n in orders]
    yield OrderLine, [{"order_id": n, "product_id": 1 + n % shop.PRODUCTS, **thing} for n in orders]
    yield Entry, [{"order_id": n, "account_id": buyer[n], "amount": -100} for n in orders]
    yield Entry, [{"order_id": n, "account_id": None, "amount": 100} for n in orders]
    yield OutboxEvent, [{"kind": "OrderConfirmed", "payload": {"order_id": n, "total": 100}} for n in orders]
    keys = ({"user_id": buyer[n], "key": f"history-{n}", "order_id": n} for n in orders)
    yield IdempotencyKey, [{**key, "fingerprint": "0" * 64} for key in keys]
