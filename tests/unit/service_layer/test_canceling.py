"""Canceling: money and stock go back, once, from wherever the order had come to."""

from __future__ import annotations

import pytest

from domain.errors import InvalidTransition, NotFound, Unauthenticated
from domain.identifiers import OrderId
from domain.orders import OrderStatus
from domain.payments import PaymentStatus
from service_layer.commands import CancelOrder, ClearExpired, CloseMessages, FulfillOrder, LogIn, Settle, Verdict
from service_layer.handlers.cancel import cancel_order
from service_layer.handlers.orders import fulfill_order
from service_layer.handlers.payments import close_messages, settle
from service_layer.handlers.sessions import clear_expired, log_in
from service_layer.idempotency import KEPT, Answer
from service_layer.receipts import OrderReceipt
from service_layer.visitor import Visitor
from tests.kit.asking import buying
from tests.kit.service import By, Customer
from tests.kit.shop import PASSWORD_HASH, Shop


def cancel(shop: Shop, order_id: str | None, owner: Customer, by: By) -> OrderReceipt:
    command = CancelOrder(order_id=OrderId(order_id or ""), owner_id=owner.user, skus=("cup", "mug"))
    return shop.do(cancel_order, command, by)


def by_card(shop: Shop, ada: Customer, *, captured: bool = False, key: str | None = None) -> str:
    """A confirmed order, whose payment is authorized or captured."""
    in_flight = shop.reserve(ada, quantity=2, key=key)
    shop.do(settle, Settle.of(in_flight, Verdict.AUTHORIZED, ""), ada)
    if captured:
        messages = tuple(row["id"] for row in shop.rows("messages") if row["name"] == "capture")
        outcomes = {in_flight.payment_id: PaymentStatus.CAPTURED}
        shop.do(close_messages, CloseMessages(messages=messages, outcomes=outcomes))
    return in_flight.order_id or ""


@pytest.mark.parametrize("staff", [False, True])
def test_a_balance_order_gives_money_and_stock_back(shop: Shop, staff: bool):
    ada = shop.account(balance=5000)
    shop.product("mug", price=1200, on_hand=10)
    shop.product("cup", price=300, on_hand=10)
    shop.place(ada, buying({"mug": 2, "cup": 1}))
    order_id = shop.rows("orders")[0]["id"]

    receipt = cancel(shop, order_id, ada, None if staff else ada)

    assert (receipt.status, receipt.payment_status) == (OrderStatus.CANCELED, PaymentStatus.REFUNDED)
    assert shop.balance(ada) == 5000 and shop.stock("mug") == shop.stock("cup") == (10, 0)
    assert (shop.events, shop.tasks) == (["OrderConfirmed", "OrderCanceled"], [])


def test_canceling_twice_gives_nothing_back_twice(shop: Shop):
    ada = shop.account(balance=5000)
    shop.product("mug", price=1200, on_hand=10)
    order = shop.order(ada)
    first = cancel(shop, order.id, ada, ada)
    before = shop.books()

    second = cancel(shop, order.id, ada, ada)

    assert second == first and shop.books() == before and shop.balance(ada) == 5000


def test_a_captured_card_is_refunded_through_the_relay(shop: Shop):
    ada = shop.account()
    shop.product(on_hand=10)
    order_id = by_card(shop, ada, captured=True)

    receipt = cancel(shop, order_id, ada, ada)

    assert receipt.payment_status is PaymentStatus.REFUNDING and shop.tasks == ["refund"]
    assert sum(entry["amount"].amount for entry in shop.rows("entries") if entry["system_account"] == "revenue") == 0
    assert shop.stock() == (10, 0)


def test_an_authorized_card_is_voided_through_the_relay(shop: Shop):
    ada = shop.account()
    shop.product(on_hand=10)
    order_id = by_card(shop, ada)

    receipt = cancel(shop, order_id, ada, ada)

    assert receipt.payment_status is PaymentStatus.VOIDING and shop.tasks == ["capture", "void"]
    assert shop.stock() == (10, 0) and shop.rows("entries") == []


@pytest.mark.parametrize("verdict", [None, Verdict.UNKNOWN, Verdict.LOST])
def test_a_pending_order_lets_go_of_its_stock_and_its_key(shop: Shop, verdict: Verdict | None):
    ada = shop.account()
    shop.product(on_hand=10)
    in_flight = shop.reserve(ada, quantity=2, key="k")
    if verdict is not None:
        shop.do(settle, Settle.of(in_flight, verdict, ""), ada)

    receipt = cancel(shop, in_flight.order_id, ada, ada)

    assert (receipt.status, receipt.payment_status) == (OrderStatus.CANCELED, PaymentStatus.VOIDING)
    assert shop.stock() == (10, 0) and shop.tasks == ["void"]
    with pytest.raises(InvalidTransition):
        shop.place(ada, buying({"mug": 2}, key="k", token=in_flight.token)).unwrap()  # type: ignore[union-attr]


def test_an_answer_that_was_given_is_not_taken_back(shop: Shop):
    ada = shop.account()
    shop.product()
    order_id = by_card(shop, ada, key="k")
    (before,) = shop.rows("keys")

    cancel(shop, order_id, ada, ada)

    assert shop.rows("keys") == [before]


def test_a_key_that_has_become_another_orders_is_left_to_that_one(shop: Shop):
    ada = shop.account()
    shop.product(on_hand=10)
    earlier = by_card(shop, ada, captured=True, key="k")
    shop.wait(shop.relay.once(shop.run_for()))
    shop.clock.advance(KEPT)
    shop.do(clear_expired, ClearExpired())
    shop.do(log_in, LogIn(user_id=ada.user, password_hash=PASSWORD_HASH), ada)
    later = shop.reserve(ada, key="k")

    cancel(shop, earlier, ada, ada)

    assert [(key["answer"], key["payment_id"]) for key in shop.rows("keys")] == [(None, later.payment_id)]
    answer = shop.do(settle, Settle.of(later, Verdict.AUTHORIZED, ""), ada)
    assert isinstance(answer, Answer) and answer.unwrap().id == later.order_id


def test_what_left_the_house_stays_sold(shop: Shop):
    ada = shop.account(balance=5000)
    shop.product()
    order = shop.order(ada)
    shop.do(fulfill_order, FulfillOrder(order_id=order.id))

    with shop.refuses(InvalidTransition, ada):
        cancel(shop, order.id, ada, ada)


def test_only_its_owner_and_the_staff_may(shop: Shop):
    ada, eve = shop.account(balance=5000), shop.account()
    shop.product()
    order = shop.order(ada)

    with shop.refuses(NotFound, eve):
        cancel(shop, order.id, ada, eve)
    stranger = Visitor()
    with shop.refuses(Unauthenticated, stranger):
        cancel(shop, order.id, ada, stranger)
    with shop.refuses(NotFound, ada):
        cancel(shop, "ghost", ada, ada)


def test_a_canceled_order_is_not_fulfilled(shop: Shop):
    ada = shop.account(balance=5000)
    shop.product()
    order = shop.order(ada)
    cancel(shop, order.id, ada, ada)

    with shop.refuses(InvalidTransition):
        shop.do(fulfill_order, FulfillOrder(order_id=order.id))
