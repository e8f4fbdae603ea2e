"""A payment that somebody left behind is driven on from where it stands, to the one end that is true."""

from __future__ import annotations

import asyncio

import pytest

from domain.errors import CardDeclined
from service_layer.commands import ClaimPayments
from service_layer.flows.payments import NO_ANSWER
from service_layer.handlers.ops import claim_payments
from service_layer.idempotency import Answer
from service_layer.ports.errors import GatewayRefused, GatewayTimeout, GatewayUnreachable
from service_layer.receipts import Receipt, is_pending
from service_layer.records import InFlight
from tests.kit.asking import VISA
from tests.kit.paying import charges, drive, pay, status_of
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
        shop.reserve(ada, quantity=2, key="k")
        for call in ("lookup", "authorize", "void"):
            shop.faults.at(call, GatewayUnreachable())

        assert is_pending(self.later(shop, ada).unwrap())

        assert shop.stock() == (10, 2)

    def test_a_second_authorize_that_never_arrives_spends_the_key(self, shop: Shop, ada: Customer):
        shop.reserve(ada, quantity=2, key="k", token=UNAVAILABLE)

        answer = self.later(shop, ada, UNAVAILABLE)

        assert isinstance(answer.outcome, CardDeclined) and shop.stock() == (10, 0) and charges(shop) == []

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
