"""What a command says it needs is what its handler loads: then a group needs one query for each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adapters.attempts.limited import Limit
from domain.catalog import Sku
from domain.errors import NotFound
from domain.identifiers import OrderId
from domain.payments import PaymentStatus
from domain.users import Email
from service_layer import commands as ask
from service_layer.commands import Command, Query, Verdict
from service_layer.handlers import accounts, attempts, cancel, catalog, ops, orders, payments, sessions, users
from service_layer.visitor import Visitor
from tests.kit.asking import VISA, buying, eur
from tests.kit.service import Customer
from tests.kit.shop import PASSWORD_HASH, Shop

Story = Callable[[Shop, Customer], tuple[Callable[..., Any], Command | Query]]
DEPOSIT = "POST deposits"


def settling(shop: Shop, ada: Customer):
    return payments.settle, ask.Settle.of(shop.reserve(ada, key="k"), Verdict.AUTHORIZED, "")


def paying_in(shop: Shop, ada: Customer):
    return accounts.deposit, ask.Deposit(account_id=ada.account, amount=eur(1), token=VISA, key="k", operation=DEPOSIT)


def booking(shop: Shop, ada: Customer):
    in_flight: Any = shop.do(*paying_in(shop, ada), ada)
    shop.do(payments.settle, ask.Settle.of(in_flight, Verdict.AUTHORIZED, ""), ada)
    return payments.book_deposit, ask.BookDeposit.of(in_flight)


def closing(shop: Shop, ada: Customer):
    _, book = booking(shop, ada)
    messages = tuple(row["id"] for row in shop.rows("messages"))
    outcomes = {book.payment_id: PaymentStatus.CAPTURED}
    return payments.close_messages, ask.CloseMessages(messages=messages, outcomes=outcomes, accounts=(ada.account,))


def canceling(shop: Shop, ada: Customer):
    order = shop.order(ada)
    return cancel.cancel_order, ask.CancelOrder(order_id=order.id, owner_id=ada.user, skus=("mug",))


def fulfilling(shop: Shop, ada: Customer):
    return orders.fulfill_order, ask.FulfillOrder(order_id=OrderId(shop.order(ada).id))


STORIES: dict[str, Story] = {
    "an order by balance": lambda shop, ada: (orders.place_order, buying({"mug": 1}, key="k")),
    "an order by card": lambda shop, ada: (orders.place_order, buying({"mug": 1}, token=VISA, key="k")),
    "a quote": lambda shop, ada: (orders.quote_order, ask.QuoteOrder(order=buying({"mug": 1}))),
    "an order seen": lambda shop, ada: (orders.see_order, ask.SeeOrder(order_id=shop.order(ada).id)),
    "an order canceled": canceling,
    "an order fulfilled": fulfilling,
    "a deposit": paying_in,
    "a deposit booked": booking,
    "a transfer": lambda shop, ada: (
        accounts.transfer,
        ask.MoveMoney(source=ada.account, target=shop.account().account, amount=eur(1), key="k"),
    ),
    "an account seen": lambda shop, ada: (accounts.see_account, ask.SeeAccount(account_id=ada.account)),
    "messages closed": closing,
    "a sign-up": lambda shop, ada: (
        users.sign_up,
        ask.SignUp(name="Bob", email=Email("bob@example.com"), password_hash="h"),  # noqa: S106
    ),
    "a log-in": lambda shop, ada: (sessions.log_in, ask.LogIn(user_id=ada.user, password_hash=PASSWORD_HASH)),
    "an attempt": lambda shop, ada: (
        attempts.count_attempt,
        ask.CountAttempt(account=ada.email, address="192.0.2.1", limit=Limit(3, 60)),
    ),
    "an attempt forgiven": lambda shop, ada: (
        attempts.forgive_attempt,
        ask.ForgiveAttempt(account=ada.email, address="192.0.2.1"),
    ),
    "a new name": lambda shop, ada: (users.rename, ask.Rename(name="Bob", tags=frozenset("*"))),
    "a new password": lambda shop, ada: (
        users.change_password,
        ask.ChangePassword(checked_hash=PASSWORD_HASH, password_hash="h"),  # noqa: S106
    ),
    "a user disabled": lambda shop, ada: (users.disable_user, ask.DisableUser(whom=ada.user)),
    "a user enabled": lambda shop, ada: (users.enable_user, ask.EnableUser(whom=ada.user)),
    "a session ended": lambda shop, ada: (
        sessions.end_session,
        ask.EndSession(handle=shop.rows("sessions")[0]["handle"]),
    ),
    "all sessions ended": lambda shop, ada: (sessions.end_sessions, ask.EndSessions()),
    "a new product": lambda shop, ada: (
        catalog.add_product,
        ask.AddProduct(sku=Sku("cup"), name="Cup", price=eur(1), on_hand=1),
    ),
    "a product changed": lambda shop, ada: (
        catalog.change_product,
        ask.ChangeProduct(sku="mug", name="Cup", price=None),
    ),
    "stock adjusted": lambda shop, ada: (catalog.adjust_stock, ask.AdjustStock(sku="mug", delta=1, reason="found")),
    "a product seen": lambda shop, ada: (catalog.see_product, ask.SeeProduct(sku="mug")),
    "a walk": lambda shop, ada: (sessions.touch, ask.Touch()),
}
LAZY: dict[str, Story] = {  # what is looked up once the payment is known, for few enough
    "a payment settled": settling,
    "a user disabled by e-mail": lambda shop, ada: (users.disable_user, ask.DisableUser(whom=ada.email)),
    "a user made staff": lambda shop, ada: (users.grant_staff, ask.GrantStaff(email=ada.email)),
    "the laws": lambda shop, ada: (ops.check_laws, ask.CheckLaws()),
}


def loads_of(story: Story) -> tuple[list[tuple[str, str]], set[tuple[str, str]]]:
    """What was loaded, query by query, and what the command had declared."""
    shop = Shop()
    ada = shop.account(balance=5000)
    shop.product()
    handler, command = story(shop, ada)
    ada.browser.operator = True
    declared = {where for where, values in command.needs(ada.user).items() if values}
    shop.faults.loads.clear()
    (outcome,) = shop.group.run([shop.job(handler, command, ada)])
    assert outcome.error is None
    return [(kind, index) for kind, index, _ in shop.faults.loads], declared


@pytest.mark.parametrize("name", STORIES)
def test_a_handler_loads_what_its_command_declared_and_each_kind_once(name: str):
    loads, declared = loads_of(STORIES[name])

    own = {("sessions", "key")}
    allowed = {("keys", "key")} if name == "a deposit booked" or name == "messages closed" else set()
    assert declared | own <= set(loads) | allowed and set(loads) <= declared | own | allowed
    again = [(kind, index) for kind, index in loads if (kind, index) == ("sessions", "user_id")][1:]
    assert len(loads) - len(again) == len(set(loads))  # once the user is locked, a log-in may have come meanwhile


@pytest.mark.parametrize("name", LAZY)
def test_what_was_not_declared_is_loaded_when_it_is_needed(name: str):
    loads, declared = loads_of(LAZY[name])

    assert set(loads) >= declared


@pytest.mark.parametrize(
    "command",
    [
        buying({"mug": 1}, key="k"),
        ask.EndSession(handle="h"),
        ask.EndSessions(),
        ask.Rename(name="Bob", tags=frozenset()),
        ask.ChangePassword(checked_hash="h", password_hash="h"),  # noqa: S106
    ],
)
def test_a_stranger_needs_nothing_of_a_user(command: Command):
    needs = command.needs(None)

    assert not any(values for (kind, _), values in needs.items() if kind != "products")


def test_a_command_that_may_be_repeated_says_what_it_is():
    one, other = buying({"mug": 1}, key="k"), buying({"mug": 2}, key="k")

    assert one.fingerprint() == buying({"mug": 1}, key="other").fingerprint() != other.fingerprint()


def test_a_basket_has_each_sku_once_in_order():
    items = [ask.Item(Sku(sku), quantity) for sku, quantity in (("mug", 2), ("cup", 1), ("mug", 3))]  # type: ignore[arg-type]

    assert [(item.sku, item.quantity) for item in ask.basket(items)] == [("cup", 1), ("mug", 5)]


def test_a_basket_holds_no_more_of_one_thing_than_a_line_can():
    items = [ask.Item(Sku("mug"), quantity) for quantity in (999, 1)]  # type: ignore[arg-type]

    with pytest.raises(ValueError, match="1 to 999"):
        ask.basket(items)


def test_every_order_has_a_payment_and_what_has_none_is_not_found():
    shop = Shop()

    with shop.unit(Visitor()) as uow, pytest.raises(NotFound):
        uow.payments.of_order(OrderId("ghost"))
