"""Round the gateway: whatever it answers, or does not, the payment comes to the one end that is true."""

from __future__ import annotations

import asyncio

import pytest

from domain.errors import CardDeclined, DomainError
from service_layer.commands import ClaimPayments, Deposit
from service_layer.flows.payments import ASKED, NO_ANSWER
from service_layer.handlers.accounts import deposit
from service_layer.handlers.ops import claim_payments
from service_layer.handlers.orders import place_order
from service_layer.idempotency import Answer
from service_layer.ports.errors import GatewayRefused, GatewayTimeout, GatewayUnreachable, Unavailable
from service_layer.receipts import DepositReceipt, OrderReceipt, Receipt, is_pending
from service_layer.records import InFlight
from tests.kit.asking import VISA, buying, eur
from tests.kit.service import Customer
from tests.kit.shop import Shop

DECLINED = "pm_card_chargeDeclined"
CHARGED, UNCHARGED = "pm_sandbox_timeout_charged", "pm_sandbox_timeout_uncharged"
UNAVAILABLE = "pm_sandbox_unavailable"


def pay(shop: Shop, by: Customer, token: str = VISA, *, key: str = "k", seconds: float = 60.0) -> Answer[Receipt]:
    command = buying({"mug": 2}, token=token, key=key)
    return shop.wait(shop.payments.pay(shop.run_for(by, seconds=seconds), place_order, command))


def pay_in(shop: Shop, by: Customer, token: str = VISA) -> Answer[Receipt]:
    command = Deposit(account_id=by.account, amount=eur(500), token=token, key="k", operation="POST deposits")
    return shop.wait(shop.payments.pay(shop.run_for(by), deposit, command))


def drive(shop: Shop, by: Customer, in_flight: InFlight, *, seconds: float = 60.0) -> Answer[Receipt]:
    return shop.wait(shop.payments.drive(shop.run_for(by, seconds=seconds), in_flight))


def charges(shop: Shop) -> list[str]:
    return [charge.status.value for charge in asyncio.run(shop.gateway.charges())]


def status_of(answer: Answer[Receipt]) -> str:
    receipt = answer.unwrap()
    assert isinstance(receipt, OrderReceipt | DepositReceipt)
    return receipt.status


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

    @pytest.mark.parametrize(("seconds", "left"), [(60.0, ASKED), (3.0, 2.0), (1.5, 0.5)])
    def test_the_gateway_has_less_time_than_the_request(self, shop: Shop, ada: Customer, seconds: float, left: float):
        drive(shop, ada, shop.reserve(ada), seconds=seconds)

        assert shop.line.asked == [("authorize", pytest.approx(left, abs=0.2))]

    def test_a_request_without_a_second_to_settle_in_does_not_ask(self, shop: Shop, ada: Customer):
        assert is_pending(pay(shop, ada, seconds=0.9).unwrap()) and charges(shop) == []

    def test_no_unit_is_open_while_the_gateway_is_asked(self, shop: Shop, ada: Customer):
        pay(shop, ada)

        steps = [step for step in shop.faults.steps if step in {"begin", "committed", "authorize"}]
        assert steps[-5:] == ["begin", "committed", "authorize", "begin", "committed"]


class TestRecovery:
    def later(self, shop: Shop, ada: Customer, token: str = VISA, **span: float) -> Answer[Receipt]:
        """The same request again, once the lease has run out."""
        shop.wait_a_while(**(span or {"seconds": 6}))
        return pay(shop, ada, token)

    def test_what_had_been_charged_confirms_the_order(self, shop: Shop, ada: Customer):
        pay(shop, ada, CHARGED)

        assert status_of(self.later(shop, ada, CHARGED)) == "confirmed"

        assert charges(shop) == ["authorized"] and len(shop.rows("orders")) == 1

    def test_what_had_not_is_fenced_off_and_declined(self, shop: Shop, ada: Customer):
        pay(shop, ada, UNCHARGED)

        answer = self.later(shop, ada, UNCHARGED)

        assert isinstance(answer.outcome, CardDeclined) and answer.outcome.members == {"decline_code": NO_ANSWER}
        assert shop.rows("orders")[0]["status"] == "canceled" and shop.stock() == (10, 0)
        payment = shop.rows("payments")[0]
        late = asyncio.run(shop.gateway.authorize(payment["id"], VISA, payment["amount"], timeout=1))
        assert late.decline_code == "voided"

    def test_a_first_attempt_that_died_before_asking_is_asked_now(self, shop: Shop, ada: Customer):
        shop.reserve(ada, quantity=2, key="k")

        assert status_of(self.later(shop, ada)) == "confirmed" and charges(shop) == ["authorized"]

    def test_a_first_attempt_that_died_after_asking_is_looked_up(self, shop: Shop, ada: Customer):
        in_flight = shop.reserve(ada, quantity=2, key="k")
        asyncio.run(shop.gateway.authorize(in_flight.payment_id, VISA, in_flight.amount, timeout=1))
        assert status_of(self.later(shop, ada)) == "confirmed"

        assert [name for name, _ in shop.line.asked] == ["lookup"] and charges(shop) == ["authorized"]

    def test_a_decline_that_nobody_heard_is_looked_up(self, shop: Shop, ada: Customer):
        in_flight = shop.reserve(ada, quantity=2, key="k")
        asyncio.run(shop.gateway.authorize(in_flight.payment_id, DECLINED, in_flight.amount, timeout=1))

        answer = self.later(shop, ada)

        assert isinstance(answer.outcome, CardDeclined) and answer.outcome.members == {
            "decline_code": "generic_decline"
        }
        assert shop.rows("orders") == [] and shop.stock() == (10, 0)

    @pytest.mark.parametrize("gave_up", ["void", "refund"])
    def test_a_charge_that_was_given_back_pays_for_nothing(self, shop: Shop, ada: Customer, gave_up: str):
        in_flight = shop.reserve(ada, quantity=2, key="k")
        key = in_flight.payment_id
        asyncio.run(shop.gateway.authorize(key, VISA, in_flight.amount, timeout=1))
        if gave_up == "refund":
            asyncio.run(shop.gateway.capture(key, timeout=1))
        asyncio.run(getattr(shop.gateway, gave_up)(key, timeout=1))

        answer = self.later(shop, ada)

        assert isinstance(answer.outcome, CardDeclined) and shop.stock() == (10, 0)

    def test_a_charge_that_was_captured_meanwhile_counts(self, shop: Shop, ada: Customer):
        in_flight = shop.reserve(ada, quantity=2, key="k")
        asyncio.run(shop.gateway.authorize(in_flight.payment_id, VISA, in_flight.amount, timeout=1))
        asyncio.run(shop.gateway.capture(in_flight.payment_id, timeout=1))

        assert status_of(self.later(shop, ada)) == "confirmed"

    @pytest.mark.parametrize("error", [GatewayTimeout(), GatewayUnreachable()])
    def test_a_look_up_without_an_answer_leaves_it_pending(self, shop: Shop, ada: Customer, error):
        shop.reserve(ada, quantity=2, key="k")
        shop.gateway.fail_next(error)

        assert is_pending(self.later(shop, ada).unwrap()) and shop.stock() == (10, 2)

        assert status_of(self.later(shop, ada)) == "confirmed"

    def test_a_gateway_out_of_reach_later_leaves_it_pending_since_an_earlier_attempt_may_have_got_through(
        self, shop: Shop, ada: Customer
    ):
        shop.reserve(ada, quantity=2, key="k", token=UNAVAILABLE)

        assert is_pending(self.later(shop, ada, UNAVAILABLE).unwrap())

        assert shop.stock() == (10, 2)

    def test_a_second_authorize_whose_answer_is_lost_is_looked_up(self, shop: Shop, ada: Customer):
        shop.reserve(ada, quantity=2, key="k", token=CHARGED)

        assert status_of(self.later(shop, ada, CHARGED)) == "confirmed"

        assert charges(shop) == ["authorized"]

    def test_a_fence_without_an_answer_leaves_it_pending(self, shop: Shop, ada: Customer):
        pay(shop, ada, UNCHARGED)
        shop.faults.at("void", GatewayTimeout())

        assert is_pending(self.later(shop, ada, UNCHARGED).unwrap()) and shop.stock() == (10, 2)

    def test_a_fence_that_is_refused_leaves_it_to_a_person(self, shop: Shop, ada: Customer):
        pay(shop, ada, UNCHARGED)
        shop.faults.at("void", GatewayRefused())

        assert is_pending(self.later(shop, ada, UNCHARGED).unwrap())

        assert shop.rows("payments")[0]["status"] == "review"

    def test_within_the_keys_lifetime_it_is_asked_again(self, shop: Shop, ada: Customer):
        shop.reserve(ada, quantity=2, key="k")

        just_before = shop.gateway.key_lifetime.total_seconds() - 1
        in_flight = self.resume(shop, ada, just_before)

        assert status_of(drive(shop, ada, in_flight)) == "confirmed"

    def test_after_it_what_cannot_be_known_waits_for_a_person(self, shop: Shop, ada: Customer):
        shop.reserve(ada, quantity=2, key="k")

        in_flight = self.resume(shop, ada, shop.gateway.key_lifetime.total_seconds())

        assert is_pending(drive(shop, ada, in_flight).unwrap()) and charges(shop) == []
        assert shop.rows("payments")[0]["status"] == "review" and shop.stock() == (10, 2)

    def test_after_it_what_can_be_looked_up_is_settled(self, shop: Shop, ada: Customer):
        first = shop.reserve(ada, quantity=2, key="k")
        asyncio.run(shop.gateway.authorize(first.payment_id, VISA, first.amount, timeout=1))

        in_flight = self.resume(shop, ada, shop.gateway.key_lifetime.total_seconds() + 1)

        assert status_of(drive(shop, ada, in_flight)) == "confirmed"

    def resume(self, shop: Shop, ada: Customer, seconds: float) -> InFlight:
        """Somebody takes the payment over, so many seconds later; by then everybody is logged out."""
        shop.wait_a_while(seconds=seconds)
        (in_flight,) = shop.do(claim_payments, ClaimPayments())
        return in_flight


class TestDeposits:
    def test_a_deposit_is_answered_once_the_money_is_in(self, shop: Shop, ada: Customer):
        assert status_of(pay_in(shop, ada)) == "posted"

        assert shop.balance(ada) == 500 and charges(shop) == ["captured"]

    def test_a_declined_one_changes_nothing(self, shop: Shop, ada: Customer):
        with pytest.raises(DomainError):
            pay_in(shop, ada, DECLINED).unwrap()

        assert shop.balance(ada) == 0 and shop.rows("entries") == []

    @pytest.mark.parametrize("error", [GatewayTimeout(), GatewayUnreachable(), GatewayRefused()])
    def test_where_the_capture_is_not_answered_the_relay_sees_to_it(self, shop: Shop, ada: Customer, error: Exception):
        shop.faults.at("capture", error, times=1)

        assert is_pending(pay_in(shop, ada).unwrap()) and shop.balance(ada) == 0

        shop.wait(shop.relay.once(shop.run_for()))
        assert shop.balance(ada) == 500 and charges(shop) == ["captured"]

    def test_one_that_is_pending_is_finished_by_a_repeat(self, shop: Shop, ada: Customer):
        assert is_pending(pay_in(shop, ada, CHARGED).unwrap())
        shop.wait_a_while(seconds=6)

        assert status_of(pay_in(shop, ada, CHARGED)) == "posted" and shop.balance(ada) == 500
