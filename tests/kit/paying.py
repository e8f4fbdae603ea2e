"""Card payments, step by step: reserved, told, driven, delivered; and how they stand here and at the gateway."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from domain.identifiers import OrderId
from service_layer.commands import (
    CancelOrder,
    Deposit,
    Settle,
    Verdict,
)
from service_layer.handlers.accounts import deposit
from service_layer.handlers.cancel import cancel_order
from service_layer.handlers.orders import place_order
from service_layer.handlers.payments import settle
from service_layer.idempotency import Answer
from service_layer.receipts import DepositReceipt, OrderReceipt, Receipt
from service_layer.records import InFlight
from tests.kit.asking import VISA, buying, eur
from tests.kit.service import By, Customer
from tests.kit.shop import Shop


def told(shop: Shop, in_flight: InFlight, verdict: Verdict, by: By, code: str = "") -> Answer[Receipt] | None:
    return shop.do(settle, Settle.of(in_flight, verdict, code), by)


def receipt_of(answer: Answer[Receipt] | None) -> OrderReceipt:
    assert answer is not None
    return cast(OrderReceipt, answer.unwrap())


def payment_in(shop: Shop, in_flight: InFlight) -> dict[str, Any]:
    return shop.books()["payments"][in_flight.payment_id]


def pay_in(shop: Shop, by: Customer, cents: int = 500, *, key: str | None = "k") -> InFlight:
    command = Deposit(account_id=by.account, amount=eur(cents), token=VISA, key=key, operation="POST deposits")
    in_flight = shop.do(deposit, command, by)
    assert isinstance(in_flight, InFlight)
    return in_flight


def pay(shop: Shop, by: Customer, token: str = VISA, *, key: str = "k", seconds: float = 60.0) -> Answer[Receipt]:
    command = buying({"mug": 2}, token=token, key=key)
    return shop.wait(shop.payments.pay(shop.run_for(by, seconds=seconds), place_order, command))


def pay_in_by_flow(shop: Shop, by: Customer, token: str = VISA, *, seconds: float = 60.0) -> Answer[Receipt]:
    command = Deposit(account_id=by.account, amount=eur(500), token=token, key="k", operation="POST deposits")
    return shop.wait(shop.payments.pay(shop.run_for(by, seconds=seconds), deposit, command))


def drive(shop: Shop, by: Customer, in_flight: InFlight, *, seconds: float = 60.0) -> Answer[Receipt]:
    return shop.wait(shop.payments.drive(shop.run_for(by, seconds=seconds), in_flight))


def status_of(answer: Answer[Receipt]) -> str:
    receipt = answer.unwrap()
    assert isinstance(receipt, OrderReceipt | DepositReceipt)
    return receipt.status


def deliver(shop: Shop) -> int:
    return shop.wait(shop.relay.once(shop.run_for()))


def charges(shop: Shop) -> list[str]:
    return [charge.status.value for charge in asyncio.run(shop.gateway.charges())]


def payments(shop: Shop) -> list[str]:
    return [payment["status"].value for payment in shop.rows("payments")]


def authorize(shop: Shop, by: Customer, in_flight: InFlight) -> None:
    asyncio.run(shop.gateway.authorize(in_flight.payment_id, in_flight.token, in_flight.amount, timeout=1))
    shop.do(settle, Settle.of(in_flight, Verdict.AUTHORIZED, ""), by)


def cancel(shop: Shop, by: Customer) -> None:
    order_id = OrderId(shop.rows("orders")[0]["id"])
    shop.do(cancel_order, CancelOrder(order_id=order_id, owner_id=by.user, skus=("mug",)), by)
