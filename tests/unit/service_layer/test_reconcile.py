"""Reconciling: what nobody drives any more is driven to its end, by one at a time."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from service_layer.commands import ClaimPayments
from service_layer.flows.reconcile import PAUSE, Reconciled, reconcile, reconcile_all
from service_layer.handlers.ops import claim_payments
from service_layer.idempotency import LEASE
from service_layer.ports.errors import GatewayTimeout, OutcomeUnknown, Unavailable
from tests.kit.service import Customer
from tests.kit.shop import Shop

CHARGED, UNCHARGED = "pm_sandbox_timeout_charged", "pm_sandbox_timeout_uncharged"


def recover(shop: Shop, *, grace: timedelta = timedelta(0)) -> Reconciled:
    return shop.wait(reconcile(shop.run_for(), shop.payments, grace))


@pytest.fixture
def ada(shop: Shop) -> Customer:
    shop.product(price=1200, on_hand=10)
    return shop.account()


def test_each_stalled_payment_comes_to_its_own_end(shop: Shop, ada: Customer):
    for token in (CHARGED, UNCHARGED, "pm_card_visa", "pm_card_chargeDeclined"):
        shop.reserve(ada, token=token)
    shop.clock.advance(LEASE)

    assert recover(shop) == Reconciled(resolved=4, still_pending=0)

    assert [order["status"].value for order in shop.rows("orders")] == ["confirmed", "confirmed"]
    assert shop.stock() == (8, 0)


def test_nobody_takes_what_somebody_drives(shop: Shop, ada: Customer):
    shop.reserve(ada)
    shop.clock.advance(LEASE - timedelta(microseconds=1))

    assert recover(shop) == Reconciled()


def test_two_at_once_share_the_work(shop: Shop, ada: Customer):
    shop.reserve(ada)
    shop.clock.advance(LEASE)

    first, second = shop.do(claim_payments, ClaimPayments()), shop.do(claim_payments, ClaimPayments())

    assert len(first) == 1 and second == []


def test_a_batch_has_an_end(shop: Shop, ada: Customer):
    for _ in range(3):
        shop.reserve(ada)
    shop.clock.advance(LEASE)

    assert [len(shop.do(claim_payments, ClaimPayments(limit=2))) for _ in range(3)] == [2, 1, 0]


def test_a_grace_leaves_alone_what_a_client_may_still_ask_for(shop: Shop, ada: Customer):
    shop.reserve(ada)
    shop.clock.advance(LEASE)

    assert recover(shop, grace=timedelta(seconds=1)) == Reconciled()
    shop.clock.advance(timedelta(seconds=1))
    assert recover(shop, grace=timedelta(seconds=1)) == Reconciled(resolved=1)


def test_what_stays_unknown_is_still_pending(shop: Shop, ada: Customer):
    shop.reserve(ada)
    shop.faults.at("lookup", GatewayTimeout())
    shop.clock.advance(LEASE)

    assert recover(shop) == Reconciled(still_pending=1)

    shop.faults.none()
    assert recover(shop) == Reconciled(resolved=1)


@pytest.mark.parametrize("error", [Unavailable(), OutcomeUnknown()])
def test_an_outage_of_the_store_leaves_the_rest_for_later(shop: Shop, ada: Customer, error: Exception):
    for _ in range(2):
        shop.reserve(ada)
    shop.clock.advance(LEASE)
    shop.faults.at("authorize", lambda: shop.faults.at("write", error, times=1), times=1)

    assert recover(shop) == Reconciled(resolved=1, still_pending=1)

    shop.clock.advance(LEASE)
    assert recover(shop) == Reconciled(resolved=1)


def test_what_others_drive_is_waited_for_as_long_as_their_lease_lasts(shop: Shop, ada: Customer):
    shop.reserve(ada)

    async def meanwhile() -> Reconciled:
        waiting = asyncio.ensure_future(reconcile_all(shop.run_for, shop.payments))
        await asyncio.sleep(0)
        shop.clock.advance(LEASE)
        return await waiting

    assert shop.wait(meanwhile()) == Reconciled(resolved=1, still_pending=0)


def test_what_nobody_can_resolve_is_still_pending(shop: Shop, ada: Customer):
    shop.reserve(ada)
    shop.faults.at("lookup", GatewayTimeout(), times=99)

    async def meanwhile() -> Reconciled:
        waiting = asyncio.ensure_future(reconcile_all(shop.run_for, shop.payments))
        await asyncio.sleep(PAUSE.total_seconds() / 2)
        shop.clock.advance(LEASE + PAUSE)
        return await waiting

    assert shop.wait(meanwhile()) == Reconciled(resolved=0, still_pending=1)


def test_with_nothing_to_do_it_is_done_at_once(shop: Shop):
    assert shop.wait(reconcile_all(shop.run_for, shop.payments)) == Reconciled()
