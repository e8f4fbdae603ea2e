"""The relay: what units left in the outbox gets done, at least once, and counts once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from domain.money import LARGEST_AMOUNT
from service_layer.commands import ClaimMessages, Deposit
from service_layer.flows.relay import Relay
from service_layer.gateway import OutsideUnits
from service_layer.handlers.accounts import deposit
from service_layer.handlers.ops import claim_messages
from service_layer.ports.errors import GatewayRefused, GatewayTimeout, GatewayUnreachable, Unavailable
from service_layer.records import CLAIMED, InFlight
from tests.kit.asking import VISA, eur
from tests.kit.paying import authorize, charges, deliver, payments
from tests.kit.service import Customer
from tests.kit.shop import Shop


@pytest.fixture
def ada(shop: Shop) -> Customer:
    shop.product(price=1200, on_hand=10)
    return shop.account(balance=5000)


class TestEvents:
    def test_what_happened_is_told_to_the_world_once(self, shop: Shop, ada: Customer):
        order = shop.order(ada)
        (message,) = shop.rows("messages")

        assert (deliver(shop), deliver(shop)) == (1, 0)

        ((event_id, name, payload),) = shop.publisher.published
        assert (event_id, name, payload["order_id"]) == (message["id"], "OrderConfirmed", order.id)
        assert payload["total"] == {"amount": 1200, "currency": "EUR"} and payload["owner_id"] == ada.user
        assert payload["at"] == shop.clock.now().isoformat() and shop.rows("messages") == []

    def test_where_the_world_is_away_it_is_told_later(self, shop: Shop, ada: Customer):
        class Away:
            async def publish(self, events: Sequence[tuple[str, str, Mapping[str, object]]]) -> None:
                raise Unavailable

        shop.order(ada)
        away = Relay(OutsideUnits(shop.gateway), Away())

        assert shop.wait(away.once(shop.run_for())) == 0
        assert shop.events == ["OrderConfirmed"] and deliver(shop) == 0

        shop.clock.advance(CLAIMED)
        assert deliver(shop) == 1

    @pytest.mark.parametrize("error", [ConnectionResetError(), RuntimeError("a bug")])
    def test_a_publisher_that_breaks_keeps_no_money_from_being_booked(
        self, shop: Shop, ada: Customer, error: Exception
    ):
        class Broken:
            async def publish(self, events: Sequence[tuple[str, str, Mapping[str, object]]]) -> None:
                raise error

        authorize(shop, ada, shop.reserve(ada))

        shop.wait(Relay(OutsideUnits(shop.gateway), Broken()).once(shop.run_for()))

        assert payments(shop) == ["captured"] and shop.events == ["OrderConfirmed"]

    def test_a_bug_in_one_delivery_holds_up_nobody_else(self, shop: Shop, ada: Customer):
        for _ in range(2):
            authorize(shop, ada, shop.reserve(ada))
        shop.faults.at("capture", RuntimeError("a bug"), times=1)

        shop.wait(shop.relay.once(shop.run_for()))

        assert sorted(payments(shop)) == ["authorized", "captured"]

    def test_a_message_is_in_the_hands_of_one_relay_for_a_while(self, shop: Shop, ada: Customer):
        shop.order(ada)

        first = shop.do(claim_messages, ClaimMessages())
        second = shop.do(claim_messages, ClaimMessages())
        shop.clock.advance(CLAIMED - timedelta(microseconds=1))
        third = shop.do(claim_messages, ClaimMessages())
        shop.clock.advance(timedelta(microseconds=1))
        (again,) = shop.do(claim_messages, ClaimMessages())

        assert [message.name for message in first] == ["OrderConfirmed"] and second == third == []
        assert (first[0].attempts, again.attempts, again.id) == (1, 2, first[0].id)

    def test_a_batch_has_an_end(self, shop: Shop, ada: Customer):
        for _ in range(3):
            shop.order(ada)

        assert len(shop.do(claim_messages, ClaimMessages(limit=2))) == 2
        assert len(shop.do(claim_messages, ClaimMessages(limit=2))) == 1


class TestCapture:
    def test_what_was_authorized_is_taken_and_booked(self, shop: Shop, ada: Customer):
        authorize(shop, ada, shop.reserve(ada))

        assert deliver(shop) == 2

        assert charges(shop) == payments(shop) == ["captured"] and shop.rows("messages") == []
        booked = [entry for entry in shop.rows("entries") if entry["kind"] == "order"]
        assert [(entry["system_account"], entry["amount"].amount) for entry in booked] == [
            ("card-clearing", -1200),
            ("revenue", 1200),
        ]

    @pytest.mark.parametrize("error", [GatewayTimeout(), GatewayUnreachable()])
    def test_without_an_answer_it_is_tried_again_later(self, shop: Shop, ada: Customer, error: Exception):
        authorize(shop, ada, shop.reserve(ada))
        shop.faults.at("capture", error, times=1)

        assert deliver(shop) == 1
        assert payments(shop) == ["authorized"] and shop.tasks == ["capture"]

        shop.clock.advance(CLAIMED)
        assert deliver(shop) == 1 and payments(shop) == ["captured"]

    def test_an_answer_that_was_lost_takes_nothing_twice(self, shop: Shop, ada: Customer):
        authorize(shop, ada, shop.reserve(ada))
        shop.gateway.fail_next(GatewayTimeout(), acted=True)

        deliver(shop)
        shop.clock.advance(CLAIMED)
        deliver(shop)

        assert charges(shop) == payments(shop) == ["captured"]

    def test_a_relay_that_died_after_the_capture_is_followed_by_one_that_books_it(self, shop: Shop, ada: Customer):
        authorize(shop, ada, shop.reserve(ada))
        shop.faults.at("capture", lambda: shop.faults.at("commit", RuntimeError("crash"), times=1), times=1)

        with pytest.raises(RuntimeError):
            deliver(shop)
        assert (charges(shop), payments(shop)) == (["captured"], ["authorized"])

        shop.clock.advance(CLAIMED)
        deliver(shop)
        assert payments(shop) == ["captured"] and shop.rows("messages") == []

    def test_what_the_gateway_will_never_give_waits_for_a_person(self):
        shop = Shop()
        shop.product()
        ada = shop.account()
        authorize(shop, ada, shop.reserve(ada))
        shop.faults.at("capture", GatewayRefused())

        deliver(shop)

        assert payments(shop) == ["review"] and shop.tasks == []
        assert shop.laws() == {"L5": 1}  # a confirmed order without its money

    def test_a_deposit_is_captured_into_its_account(self, shop: Shop, ada: Customer):
        command = Deposit(account_id=ada.account, amount=eur(500), token=VISA, operation="POST deposits")
        in_flight = shop.do(deposit, command, ada)
        assert isinstance(in_flight, InFlight)
        authorize(shop, ada, in_flight)
        shop.faults.loads.clear()

        deliver(shop)

        assert shop.balance(ada) == 5500 and shop.events == ["DepositPosted"]

    def test_an_account_that_is_full_holds_up_nobody_else(self, shop: Shop, ada: Customer):
        rich = shop.account(balance=LARGEST_AMOUNT - 500)
        for _ in range(2):
            in_flight = shop.do(
                deposit, Deposit(account_id=rich.account, amount=eur(500), token=VISA, operation="POST deposits"), rich
            )
            assert isinstance(in_flight, InFlight)
            authorize(shop, rich, in_flight)
        authorize(shop, ada, shop.reserve(ada))

        deliver(shop)

        assert payments(shop) == ["captured", "review", "captured"] and shop.tasks == []
