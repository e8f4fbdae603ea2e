"""A gateway that times out: the order stays pending, reconciliation decides, and nothing is charged twice."""

import pytest

from tests.harness.client import Json, Shopper, card
from tests.harness.crowd import eventually
from tests.harness.footprint import charges
from tests.harness.problems import assert_problem
from tests.harness.shop import Shop

CHARGED = card("pm_sandbox_timeout_charged")
UNCHARGED = card("pm_sandbox_timeout_uncharged")
LIVE = {"authorized", "captured"}


def left_pending(shop: Shop, ada: Shopper, sku: str, pay: Json) -> str:
    """The id of an order whose card timed out."""
    answer = ada.order(sku, 2, pay=pay, key="timeout")
    order = answer.json()
    assert answer.status_code == 202 and order["status"] == "pending", answer.text
    assert order["id"] == order["order_id"]
    return str(order["id"])


def statuses_since(shop: Shop, before: list[Json]) -> set[str]:
    """What became of the charges that came after those of `before`."""
    known = {charge["key"] for charge in before}
    return {charge["status"] for charge in shop.staff.charges() if charge["key"] not in known}


def decided(shop: Shop, ada: Shopper, order: str) -> str:
    """The status that reconciliation leads to; the service may have got there by itself."""

    def look() -> str | None:
        counts = shop.staff.reconcile()
        assert counts["resolved"] >= 0 and counts["still_pending"] >= 0
        return None if (status := ada.status(order)) == "pending" else status

    return eventually(look, within=30) or ""


@pytest.mark.parametrize(
    ("pay", "status", "left", "charged"), [(CHARGED, "confirmed", 8, True), (UNCHARGED, "canceled", 10, False)]
)
def test_reconciliation_decides_by_what_the_gateway_knows(
    shop: Shop, pay: Json, status: str, left: int, charged: bool
) -> None:
    ada, sku, before = shop.shopper(), shop.mug(on_hand=10), charges(shop.staff)

    order = left_pending(shop, ada, sku, pay)

    assert ada.session()["authenticated"] is True
    assert decided(shop, ada, order) == status
    assert shop.staff.available(sku) == left
    since = statuses_since(shop, before) - {"voided", "declined"}
    assert bool(since) is charged and since <= LIVE
    assert len(charges(shop.staff)) <= len(before) + 1
    assert [found["id"] for found in ada.orders()] == [order]
    assert shop.staff.violations() == []


@pytest.mark.parametrize("pay", [CHARGED, UNCHARGED])
def test_a_repeat_drives_the_order_on_and_never_charges_twice(shop: Shop, pay: Json) -> None:
    ada, sku, before = shop.shopper(), shop.mug(on_hand=10), charges(shop.staff)
    order = left_pending(shop, ada, sku, pay)

    again = ada.order(sku, 2, pay=pay, key="timeout")

    assert again.status_code in {201, 202, 402, 409}
    if again.status_code < 300:
        assert again.json()["id"] == order
    decided(shop, ada, order)
    assert len(ada.orders()) == 1 and len(charges(shop.staff)) <= len(before) + 1
    assert shop.staff.violations() == []


@pytest.mark.parametrize("pay", [CHARGED, UNCHARGED])
def test_a_pending_order_can_be_canceled_and_gives_everything_back(shop: Shop, pay: Json) -> None:
    ada, sku, before = shop.shopper(), shop.mug(on_hand=10), charges(shop.staff)
    order = left_pending(shop, ada, sku, pay)

    answer = ada.cancel(order)

    def released() -> bool:
        shop.staff.reconcile()
        return not statuses_since(shop, before) & LIVE and shop.staff.available(sku) == 10

    assert answer.status_code == 200 and answer.json()["status"] == "canceled"
    assert eventually(released, within=30)
    assert ada.status(order) == "canceled" and shop.staff.violations() == []


def test_a_pending_order_cannot_be_fulfilled(shop: Shop) -> None:
    ada, sku = shop.shopper(), shop.mug()
    order = left_pending(shop, ada, sku, UNCHARGED)

    assert_problem(shop.staff.fulfill(order), 409, "invalid-transition")

    assert decided(shop, ada, order) == "canceled"


def test_the_stock_of_a_pending_order_stays_held(shop: Shop) -> None:
    ada, eve, sku = shop.shopper(), shop.shopper("Eve"), shop.mug(on_hand=2)

    order = left_pending(shop, ada, sku, CHARGED)

    assert shop.staff.available(sku) == 0
    assert_problem(eve.order(sku), 409, "insufficient-stock")
    assert decided(shop, ada, order) == "confirmed"
