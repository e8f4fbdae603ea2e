"""What the gateway said, made true once: order, stock, money, key and session, whoever comes first."""

from __future__ import annotations

import pytest

from domain.errors import CardDeclined
from domain.orders import OrderStatus
from domain.payments import PaymentStatus
from service_layer.commands import Verdict
from tests.kit.asking import VISA, eur
from tests.kit.paying import pay_in, payment_in, receipt_of, told
from tests.kit.shop import Shop


class TestReserved:
    def test_a_card_order_holds_stock_and_waits(self, shop: Shop):
        ada = shop.account()
        shop.product(on_hand=10)

        in_flight = shop.reserve(ada, quantity=2)

        assert shop.stock() == (10, 2) and shop.rows("orders")[0]["status"] == "pending"
        assert (in_flight.amount, in_flight.token, in_flight.attempts) == (eur(2400), VISA, 1)
        assert payment_in(shop, in_flight)["status"] == "authorizing" and payment_in(shop, in_flight)["token"] == VISA
        assert shop.session(ada).last_order_id is None and shop.events == shop.tasks == []

    def test_a_card_token_shows_in_no_repr(self, shop: Shop):
        ada = shop.account()
        shop.product()

        assert VISA not in repr(shop.reserve(ada)) and VISA not in repr(pay_in(shop, ada))


class TestAuthorized:
    def test_the_order_is_confirmed_and_the_capture_left_to_the_relay(self, shop: Shop):
        ada = shop.account()
        shop.product(on_hand=10)
        in_flight = shop.reserve(ada, quantity=2)

        receipt = receipt_of(told(shop, in_flight, Verdict.AUTHORIZED, ada))

        assert (receipt.status, receipt.payment_status) == (OrderStatus.CONFIRMED, PaymentStatus.AUTHORIZED)
        assert shop.stock() == (8, 0) and shop.session(ada).last_order_id == receipt.id
        assert (shop.events, shop.tasks) == (["OrderConfirmed"], ["capture"])
        payment = payment_in(shop, in_flight)
        assert payment["token"] is payment["lease_until"] is None

    @pytest.mark.parametrize("late", list(Verdict))
    def test_whoever_comes_second_changes_nothing_and_is_told_the_same(self, shop: Shop, late: Verdict):
        ada = shop.account()
        shop.product()
        in_flight = shop.reserve(ada, key="k")
        first = told(shop, in_flight, Verdict.AUTHORIZED, ada)
        before = shop.books()

        second = told(shop, in_flight, late, ada, "late")

        assert first and second and second.outcome == first.outcome and shop.books() == before

    def test_without_a_key_the_second_is_told_how_it_stands(self, shop: Shop):
        ada = shop.account()
        shop.product()
        in_flight = shop.reserve(ada)
        first = receipt_of(told(shop, in_flight, Verdict.AUTHORIZED, ada))

        second = receipt_of(told(shop, in_flight, Verdict.UNKNOWN, ada))

        assert (second.id, second.status, second.payment_status) == (first.id, first.status, first.payment_status)

    def test_nobody_elses_session_remembers_the_order(self, shop: Shop):
        ada, bob = shop.account(), shop.account()
        shop.product()
        in_flight = shop.reserve(ada)

        told(shop, in_flight, Verdict.AUTHORIZED, bob)
        told(shop, in_flight, Verdict.AUTHORIZED, None)

        assert shop.session(bob).last_order_id is None and shop.session(ada).last_order_id is None

    def test_a_buyer_who_comes_second_still_gets_the_pointer(self, shop: Shop):
        ada = shop.account()
        shop.product()
        in_flight = shop.reserve(ada)
        told(shop, in_flight, Verdict.AUTHORIZED, None)

        told(shop, in_flight, Verdict.AUTHORIZED, ada)

        assert shop.session(ada).last_order_id == in_flight.order_id


class TestDeclined:
    def test_the_order_is_gone_and_the_stock_back(self, shop: Shop):
        ada = shop.account()
        shop.product(on_hand=10)
        in_flight = shop.reserve(ada, quantity=2)

        answer = told(shop, in_flight, Verdict.DECLINED, ada, "generic_decline")

        assert answer and isinstance(answer.outcome, CardDeclined)
        assert answer.outcome.members == {"decline_code": "generic_decline"}
        assert shop.rows("orders") == [] and shop.stock() == (10, 0) and shop.session(ada).last_order_id is None
        assert shop.events == ["PaymentDeclined"] and shop.tasks == []
        assert payment_in(shop, in_flight)["status"] == "declined" and payment_in(shop, in_flight)["token"] is None

    @pytest.mark.parametrize("key", [None, "k"])
    def test_whoever_comes_second_is_told_the_same(self, shop: Shop, key: str | None):
        ada = shop.account()
        shop.product()
        in_flight = shop.reserve(ada, key=key)
        told(shop, in_flight, Verdict.DECLINED, ada, "generic_decline")
        before = shop.books()

        second = told(shop, in_flight, Verdict.AUTHORIZED, ada)

        assert second and isinstance(second.outcome, CardDeclined) and shop.books() == before
        assert second.outcome.members == {"decline_code": "generic_decline"}

    def test_an_order_that_a_client_was_told_of_is_canceled_instead(self, shop: Shop):
        ada = shop.account()
        shop.product(on_hand=10)
        in_flight = shop.reserve(ada)
        told(shop, in_flight, Verdict.UNKNOWN, ada)

        told(shop, in_flight, Verdict.DECLINED, ada, "generic_decline")

        assert shop.rows("orders")[0]["status"] == "canceled" and shop.stock() == (10, 0)
        assert shop.events == ["OrderCanceled", "PaymentDeclined"]

    def test_a_declined_deposit_leaves_the_balance(self, shop: Shop):
        ada = shop.account(balance=100)
        in_flight = pay_in(shop, ada)

        answer = told(shop, in_flight, Verdict.DECLINED, ada, "generic_decline")

        assert answer and isinstance(answer.outcome, CardDeclined) and shop.balance(ada) == 100
