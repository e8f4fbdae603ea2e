"""Round the gateway: whatever it answers, or does not, the payment comes to the one end that is true."""

from __future__ import annotations

import asyncio

import pytest

from domain.errors import CardDeclined, DomainError
from service_layer.flows.payments import ASKED, TO_ASK
from service_layer.handlers.orders import place_order
from service_layer.ports.errors import GatewayRefused, GatewayTimeout, GatewayUnreachable, Unavailable
from service_layer.receipts import is_pending
from tests.kit.asking import VISA, buying, eur
from tests.kit.paying import charges, drive, pay, pay_in, pay_in_by_flow, status_of
from tests.kit.service import Customer
from tests.kit.shop import Shop

DECLINED = "pm_card_chargeDeclined"


CHARGED, UNCHARGED = "pm_sandbox_timeout_charged", "pm_sandbox_timeout_uncharged"


UNAVAILABLE = "pm_sandbox_unavailable"


@pytest.fixture
def ada(shop: Shop) -> Customer:
    """With ten mugs in the shop."""
    shop.product(price=1200, on_hand=10)
    return shop.account()


class TestFirstAttempt:
    def test_a_good_card_confirms_the_order(self, shop: Shop, ada: Customer):
        answer = pay(shop, ada)

        assert status_of(answer) == "confirmed" and charges(shop) == ["authorized"]
        assert shop.stock() == (8, 0) and shop.tasks == ["capture"]
        assert shop.session(ada).last_order_id == shop.rows("orders")[0]["id"]

    def test_a_declined_card_leaves_nothing(self, shop: Shop, ada: Customer):
        before = shop.stock()

        answer = pay(shop, ada, DECLINED)

        assert isinstance(answer.outcome, CardDeclined)
        assert answer.outcome.members == {"decline_code": "generic_decline"}
        assert shop.rows("orders") == [] and shop.stock() == before and shop.session(ada).last_order_id is None

    @pytest.mark.parametrize("token", [CHARGED, UNCHARGED])
    def test_no_answer_leaves_the_order_pending(self, shop: Shop, ada: Customer, token: str):
        answer = pay(shop, ada, token)

        assert is_pending(answer.unwrap()) and shop.stock() == (10, 2) and shop.session(ada).last_order_id is None

    def test_a_gateway_out_of_reach_is_an_outage_that_leaves_nothing(self, shop: Shop, ada: Customer):
        with pytest.raises(Unavailable):
            pay(shop, ada, UNAVAILABLE)

        assert shop.rows("orders") == shop.rows("keys") == [] and shop.stock() == (10, 0)
        assert status_of(pay(shop, ada, VISA)) == "confirmed"

    def test_a_gateway_that_refuses_the_key_leaves_it_to_a_person(self, shop: Shop, ada: Customer):
        in_flight = shop.reserve(ada, quantity=2)
        asyncio.run(shop.gateway.authorize(in_flight.payment_id, VISA, eur(1), timeout=1))

        answer = drive(shop, ada, in_flight)

        assert is_pending(answer.unwrap()) and shop.rows("payments")[0]["status"] == "review"

    def test_a_balance_needs_no_gateway(self, shop: Shop):
        shop.product(price=1200)
        ada = shop.account(balance=5000)

        answer = shop.wait(shop.payments.pay(shop.run_for(ada), place_order, buying({"mug": 2})))

        assert status_of(answer) == "confirmed" and charges(shop) == []

    def test_who_has_no_time_left_does_not_ask(self, shop: Shop, ada: Customer):
        in_flight = shop.reserve(ada)
        shop.wait_a_while(seconds=6)

        assert is_pending(drive(shop, ada, in_flight).unwrap()) and charges(shop) == []

    @pytest.mark.parametrize(("seconds", "left"), [(60.0, ASKED), (3.0, 3 * TO_ASK), (1.5, 1.5 * TO_ASK)])
    def test_the_gateway_has_less_time_than_the_request(self, shop: Shop, ada: Customer, seconds: float, left: float):
        drive(shop, ada, shop.reserve(ada), seconds=seconds)

        assert shop.line.asked == [("authorize", pytest.approx(left, abs=0.2))]

    def test_a_request_whose_time_is_up_does_not_ask(self, shop: Shop, ada: Customer):
        assert is_pending(pay(shop, ada, seconds=0.0).unwrap()) and charges(shop) == []

    def test_no_unit_is_open_while_the_gateway_is_asked(self, shop: Shop, ada: Customer):
        pay(shop, ada)

        steps = [step for step in shop.faults.steps if step in {"begin", "committed", "authorize"}]
        assert steps[-5:] == ["begin", "committed", "authorize", "begin", "committed"]


class TestDeposits:
    def test_a_deposit_is_answered_once_the_money_is_in(self, shop: Shop, ada: Customer):
        assert status_of(pay_in_by_flow(shop, ada)) == "posted"

        assert shop.balance(ada) == 500 and charges(shop) == ["captured"]

    def test_a_declined_one_changes_nothing(self, shop: Shop, ada: Customer):
        with pytest.raises(DomainError):
            pay_in_by_flow(shop, ada, DECLINED).unwrap()

        assert shop.balance(ada) == 0 and shop.rows("entries") == []

    @pytest.mark.parametrize("error", [GatewayTimeout(), GatewayUnreachable(), GatewayRefused()])
    def test_where_the_capture_is_not_answered_the_relay_sees_to_it(self, shop: Shop, ada: Customer, error: Exception):
        shop.faults.at("capture", error, times=1)

        assert is_pending(pay_in_by_flow(shop, ada).unwrap()) and shop.balance(ada) == 0

        shop.wait(shop.relay.once(shop.run_for()))
        assert shop.balance(ada) == 500 and charges(shop) == ["captured"]

    @pytest.mark.parametrize(("seconds", "left"), [(60.0, ASKED), (3.0, 3 * TO_ASK)])
    def test_the_capture_has_less_time_than_the_request(self, shop: Shop, ada: Customer, seconds: float, left: float):
        pay_in_by_flow(shop, ada, seconds=seconds)

        assert shop.line.asked[-1] == ("capture", pytest.approx(left, abs=0.2))

    def test_one_whose_time_is_up_is_captured_by_the_relay(
        self, shop: Shop, ada: Customer, monkeypatch: pytest.MonkeyPatch
    ):
        run = shop.run_for(ada)
        monkeypatch.setattr(run, "seconds_left", iter([60.0, 0.0]).__next__)

        shop.wait(shop.payments.drive(run, pay_in(shop, ada)))

        assert not [name for name, _ in shop.line.asked if name == "capture"] and shop.balance(ada) == 0

        shop.wait(shop.relay.once(shop.run_for()))
        assert shop.balance(ada) == 500 and charges(shop) == ["captured"]

    def test_one_that_is_pending_is_finished_by_a_repeat(self, shop: Shop, ada: Customer):
        assert is_pending(pay_in_by_flow(shop, ada, CHARGED).unwrap())
        shop.wait_a_while(seconds=6)

        assert status_of(pay_in_by_flow(shop, ada, CHARGED)) == "posted" and shop.balance(ada) == 500
