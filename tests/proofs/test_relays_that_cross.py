"""Two relays at once, one of them slow, and an order that is canceled meanwhile: every task is done, none is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from adapters.system.fixed import CountingIds
from domain.identifiers import OrderId
from service_layer.commands import CancelOrder, ClaimMessages, CloseMessages, Settle, Verdict
from service_layer.flows.relay import Relay
from service_layer.gateway import OutsideUnits
from service_layer.handlers.cancel import cancel_order
from service_layer.handlers.ops import claim_messages
from service_layer.handlers.payments import close_messages, settle
from service_layer.ports.gateway import Charge, PaymentGateway
from tests.kit.shop import Customer, Shop


class CountingDown(CountingIds):
    """As where each unit runs on another host, whose clock is behind that of the one before."""

    def new(self) -> str:
        head, _, number = super().new().rpartition("-")
        return f"{head}-{0xFFFF_FFFF - int(number, 16):012x}"


@pytest.fixture(params=[CountingIds, CountingDown])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    shop = Shop(ids=request.param())
    shop.product(on_hand=10)
    yield shop
    assert shop.laws() == {}


def authorize(shop: Shop, by: Customer) -> OrderId:
    """An order by card that waits for its capture."""
    in_flight = shop.reserve(by)
    charge = shop.gateway.authorize(in_flight.payment_id, in_flight.token, in_flight.amount, timeout=1)
    assert shop.wait(charge) and in_flight.order_id
    shop.do(settle, Settle.of(in_flight, Verdict.AUTHORIZED, ""), by)
    return in_flight.order_id


def cancel(shop: Shop, by: Customer, order_id: OrderId) -> None:
    shop.do(cancel_order, CancelOrder(order_id=order_id, owner_id=by.user, skus=("mug",)), by)


def statuses(shop: Shop) -> list[tuple[str, str]]:
    """Each payment as it stands here and at the gateway."""
    charges = {charge.key: charge.status for charge in shop.wait(shop.gateway.charges())}
    return [(payment["status"], charges[payment["id"]]) for payment in shop.rows("payments")]


def test_a_relay_that_comes_late_closes_nothing_but_its_own(shop: Shop):
    ada = shop.account()
    authorize(shop, ada)
    claimed = shop.do(claim_messages, ClaimMessages())
    shop.wait_a_while(seconds=11)
    shop.wait(shop.relay.once(shop.run_for()))  # by another relay, since the first one is so slow
    authorize(shop, ada)

    late = CloseMessages(messages=tuple(delivery.id for delivery in claimed), outcomes={})
    shop.do(close_messages, late)
    shop.wait(shop.relay.once(shop.run_for()))

    assert statuses(shop) == [("captured", "captured")] * 2 and shop.rows("messages") == []


def test_capture_and_void_in_one_batch_give_the_money_back(shop: Shop):
    ada = shop.account()
    order = authorize(shop, ada)
    cancel(shop, ada, order)

    shop.wait(shop.relay.once(shop.run_for()))

    assert statuses(shop) in ([("voided", "voided")], [("refunded", "refunded")]) and shop.rows("messages") == []


def test_a_capture_that_a_void_has_overtaken_needs_no_person(shop: Shop):
    ada = shop.account()
    order = authorize(shop, ada)

    async def cross() -> None:
        asking, voided, closed = asyncio.Event(), asyncio.Event(), asyncio.Event()
        slow = Relay(Capturing(shop.gateway, asking, voided), shop.publisher)
        first = asyncio.create_task(slow.once(shop.run_for()))
        await asking.wait()
        cancel(shop, ada, order)
        fast = Relay(Voiding(shop.gateway, voided, closed), shop.publisher)
        second = asyncio.create_task(fast.once(shop.run_for()))
        await first
        closed.set()
        await second

    shop.wait(cross())

    assert statuses(shop) == [("voided", "voided")] and shop.rows("messages") == []


class Capturing(OutsideUnits):
    """Says that it is about to capture, and waits."""

    def __init__(self, gateway: PaymentGateway, says: asyncio.Event, waits: asyncio.Event) -> None:
        super().__init__(gateway)
        self._says, self._waits = says, waits

    async def capture(self, key: str, *, timeout: float) -> Charge:
        self._says.set()
        await self._waits.wait()
        return await super().capture(key, timeout=timeout)


class Voiding(Capturing):
    """Says that it has voided, and waits."""

    async def void(self, key: str, *, timeout: float) -> Charge | None:
        charge = await OutsideUnits.void(self, key, timeout=timeout)
        self._says.set()
        await self._waits.wait()
        return charge
