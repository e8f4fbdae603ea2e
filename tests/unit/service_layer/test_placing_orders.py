"""Buying from the balance: one unit, all of it or none; and what an order would cost."""

from __future__ import annotations

import pytest

from domain.errors import (
    CurrencyMismatch,
    InsufficientFunds,
    InsufficientStock,
    PriceChanged,
    Unauthenticated,
    UnknownSku,
)
from domain.money import Currency, Money
from domain.orders import OrderStatus
from domain.payments import PaymentStatus
from service_layer.commands import QuoteOrder
from service_layer.handlers.orders import quote_order
from service_layer.visitor import Visitor
from tests.kit.asking import VISA, buying, eur
from tests.kit.service import Customer
from tests.kit.shop import Shop


class TestByBalance:
    def test_an_order_moves_money_stock_and_session_together(self, shop: Shop):
        ada = shop.account(balance=5000)
        shop.product("mug", price=1200, on_hand=10)

        receipt = shop.order(ada, "mug", 2)

        assert (receipt.status, receipt.payment_status) == (OrderStatus.CONFIRMED, PaymentStatus.CAPTURED)
        assert receipt.total == eur(2400) and shop.balance(ada) == 2600 and shop.stock("mug") == (8, 0)
        assert shop.session(ada).last_order_id == receipt.id
        assert shop.events == ["OrderConfirmed"] and shop.tasks == []

    def test_lines_come_in_sku_order_with_the_name_and_price_of_that_moment(self, shop: Shop):
        ada = shop.account(balance=5000)
        shop.product("mug", price=1200)
        shop.product("cup", price=300)

        shop.place(ada, buying({"mug": 1, "cup": 2}))

        (order,) = shop.rows("orders")
        assert [(line.sku, line.name, line.quantity, line.unit_price) for line in order["lines"]] == [
            ("cup", "Cup", 2, eur(300)),
            ("mug", "Mug", 1, eur(1200)),
        ]

    def test_the_payment_has_the_orders_total_and_no_card(self, shop: Shop):
        ada = shop.account(balance=5000)
        shop.product("mug", price=1200)

        receipt = shop.order(ada)

        (payment,) = shop.rows("payments")
        assert (payment["order_id"], payment["amount"], payment["method"]) == (receipt.id, eur(1200), "balance")
        assert payment["token"] is payment["lease_until"] is payment["key_id"] is None

    def test_money_goes_to_the_shop_and_says_what_for(self, shop: Shop):
        ada = shop.account(balance=5000)
        shop.product("mug", price=1200)

        receipt = shop.order(ada)

        paid = [entry for entry in shop.rows("entries") if entry["kind"] == "order"]
        assert [(entry["account_id"] or entry["system_account"], entry["amount"].amount) for entry in paid] == [
            (ada.account, -1200),
            ("revenue", 1200),
        ]
        assert {entry["order_id"] for entry in paid} == {receipt.id} and paid[0]["balance_after"] == eur(3800)

    def test_an_expected_total_that_is_right_passes(self, shop: Shop):
        ada = shop.account(balance=5000)
        shop.product("mug", price=1200)

        shop.place(ada, buying({"mug": 2}, expected=eur(2400)))

        assert shop.balance(ada) == 2600


class TestRefusals:
    @pytest.mark.parametrize("key", [None, "k"])
    @pytest.mark.parametrize("token", [None, VISA])
    def test_nobody_buys_without_a_log_in(self, shop: Shop, key: str | None, token: str | None):
        shop.product()
        stranger = Visitor()

        with shop.refuses(Unauthenticated, stranger):
            shop.place(stranger, buying({"mug": 1}, key=key, token=token))

    @pytest.mark.parametrize("token", [None, VISA])
    @pytest.mark.parametrize(
        ("items", "error"),
        [
            ({"mug": 11}, InsufficientStock),
            ({"cup": 1, "mug": 11}, InsufficientStock),
            ({"ghost": 1}, UnknownSku),
            ({"mug": 1, "ghost": 1}, UnknownSku),
            ({"cup": 1, "yen": 1}, CurrencyMismatch),
        ],
    )
    def test_a_refused_order_leaves_no_trace(self, shop: Shop, token: str | None, items: dict[str, int], error):
        ada = shop.account(balance=50_000)
        shop.product("mug", on_hand=10)
        shop.product("cup", on_hand=10)
        shop.product("yen", currency=Currency("JPY"))

        with shop.refuses(error, ada):
            shop.place(ada, buying(items, token=token))

        assert shop.session(ada).last_order_id is None

    def test_what_cannot_be_paid_for_stays_in_stock(self, shop: Shop):
        ada = shop.account(balance=1199)
        shop.product("mug", price=1200)

        with shop.refuses(InsufficientFunds, ada):
            shop.order(ada)

    def test_a_balance_in_another_currency_pays_for_nothing(self, shop: Shop):
        ada = shop.account(balance=5000, currency=Currency("JPY"))
        shop.product("mug", price=1200)

        with shop.refuses(CurrencyMismatch, ada):
            shop.order(ada)

    @pytest.mark.parametrize("token", [None, VISA])
    @pytest.mark.parametrize("expected", [eur(2399), eur(2401), Money(2400, Currency("USD"))])
    def test_a_total_that_was_not_expected_says_what_it_is(self, shop: Shop, token: str | None, expected: Money):
        ada = shop.account(balance=5000)
        shop.product("mug", price=1200)

        with shop.refuses(PriceChanged, ada) as refusal:
            shop.place(ada, buying({"mug": 2}, expected=expected, token=token))

        assert refusal.value.members == {"current_total": {"amount": 2400, "currency": "EUR"}}

    def test_too_little_stock_says_how_much_there_is(self, shop: Shop):
        ada = shop.account(balance=5000)
        shop.product("mug", on_hand=3)
        shop.reserve(ada, "mug", 1)

        with shop.refuses(InsufficientStock, ada) as refusal:
            shop.order(ada, "mug", 3)

        assert refusal.value.members == {"sku": "mug", "available": 2}


class TestQuotes:
    def quote(self, shop: Shop, by: Customer | Visitor, items: dict[str, int], expected: Money | None = None):
        return shop.do(quote_order, QuoteOrder(order=buying(items, expected=expected)), by)

    def test_a_quote_says_what_it_costs_and_changes_nothing(self, shop: Shop):
        ada = shop.account()
        shop.product("mug", price=1200, on_hand=2)
        before = shop.books()

        quote = self.quote(shop, ada, {"mug": 2}, eur(2400))

        assert quote.total == eur(2400) and [line.quantity for line in quote.lines] == [2]
        assert shop.books() == before

    @pytest.mark.parametrize(
        ("items", "expected", "error"),
        [
            ({"mug": 3}, None, InsufficientStock),
            ({"ghost": 1}, None, UnknownSku),
            ({"mug": 1}, eur(1), PriceChanged),
        ],
    )
    def test_a_quote_is_refused_as_the_order_would_be(self, shop: Shop, items, expected, error):
        ada = shop.account()
        shop.product("mug", on_hand=2)

        with shop.refuses(error, ada):
            self.quote(shop, ada, items, expected)

    def test_nobody_gets_a_quote_without_a_log_in(self, shop: Shop):
        with pytest.raises(Unauthenticated):
            self.quote(shop, Visitor(), {"mug": 1})
