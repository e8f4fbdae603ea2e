"""The relay gives back what was canceled: voided where that is still possible, refunded where it is not."""

from __future__ import annotations

import asyncio

import pytest

from service_layer.ports.errors import GatewayRefused, GatewayTimeout
from service_layer.records import CLAIMED
from tests.kit.asking import VISA
from tests.kit.paying import authorize, cancel, charges, deliver, payments
from tests.kit.service import Customer
from tests.kit.shop import Shop


@pytest.fixture
def ada(shop: Shop) -> Customer:
    shop.product(price=1200, on_hand=10)
    return shop.account(balance=5000)


class TestTakingBack:
    def test_a_canceled_order_is_voided(self, shop: Shop, ada: Customer):
        authorize(shop, ada, shop.reserve(ada))
        shop.faults.at("capture", GatewayTimeout(), times=1)
        deliver(shop)
        cancel(shop, ada)

        deliver(shop)

        assert charges(shop) == payments(shop) == ["voided"]

    def test_the_capture_that_comes_too_late_changes_nothing(self, shop: Shop, ada: Customer):
        self.test_a_canceled_order_is_voided(shop, ada)

        shop.clock.advance(CLAIMED)
        deliver(shop)

        assert charges(shop) == payments(shop) == ["voided"] and shop.tasks == [] and shop.rows("entries")[2:] == []

    def test_one_that_was_captured_in_the_same_batch_is_refunded(self, shop: Shop, ada: Customer):
        authorize(shop, ada, shop.reserve(ada))
        cancel(shop, ada)

        deliver(shop)

        assert charges(shop) == payments(shop) == ["refunded"] and shop.tasks == []

    def test_one_that_was_captured_before_is_refunded(self, shop: Shop, ada: Customer):
        authorize(shop, ada, shop.reserve(ada))
        deliver(shop)
        cancel(shop, ada)

        deliver(shop)

        assert charges(shop) == payments(shop) == ["refunded"]

    def test_a_pending_one_is_fenced_off(self, shop: Shop, ada: Customer):
        in_flight = shop.reserve(ada)
        cancel(shop, ada)

        deliver(shop)
        late = asyncio.run(shop.gateway.authorize(in_flight.payment_id, VISA, in_flight.amount, timeout=1))

        assert payments(shop) == ["voided"] and late.decline_code == "voided"

    @pytest.mark.parametrize("step", ["void", "refund"])
    def test_without_an_answer_it_is_tried_again_later(self, shop: Shop, ada: Customer, step: str):
        authorize(shop, ada, shop.reserve(ada))
        if step == "refund":
            deliver(shop)
        cancel(shop, ada)
        shop.faults.at(step, GatewayTimeout(), times=1)

        deliver(shop)
        assert payments(shop) == [{"void": "voiding", "refund": "refunding"}[step]]

        shop.clock.advance(CLAIMED)
        deliver(shop)
        assert payments(shop) == charges(shop) == ["refunded"]

    def test_what_can_be_neither_voided_nor_refunded_waits_for_a_person(self, shop: Shop, ada: Customer):
        authorize(shop, ada, shop.reserve(ada))
        deliver(shop)
        cancel(shop, ada)
        shop.faults.at("refund", GatewayRefused())

        deliver(shop)

        assert payments(shop) == ["review"] and shop.tasks == []

    def test_a_capture_that_another_relays_void_has_overtaken_needs_no_person_for_long(self, shop: Shop, ada: Customer):
        def overtaken() -> None:
            cancel(shop, ada)
            raise GatewayRefused

        authorize(shop, ada, shop.reserve(ada))
        shop.faults.at("capture", overtaken, times=1)

        deliver(shop)
        assert payments(shop) == ["review"]
        deliver(shop)

        assert charges(shop) == payments(shop) == ["voided"] and shop.tasks == []
