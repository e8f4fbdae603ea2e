"""What becomes of an order: canceled with everything given back once, or fulfilled for good."""

from tests.harness.client import BALANCE, Json, Shopper, Staff
from tests.harness.crowd import at_once, eventually
from tests.harness.problems import assert_problem
from tests.harness.shop import Shop


def placed(ada: Shopper, sku: str, pay: Json | None = None) -> str:
    return str(ada.order(sku, 2, pay=pay).raise_for_status().json()["id"])


def statuses_since(staff: Staff, before: list[Json]) -> list[str]:
    return [charge["status"] for charge in staff.charges()[len(before) :]]


def test_a_canceled_card_order_gives_money_and_stock_back_once(shop: Shop) -> None:
    ada, sku, charges = shop.shopper(), shop.mug(on_hand=10), shop.staff.charges()
    order = placed(ada, sku)

    first, second = ada.cancel(order), ada.cancel(order)

    assert first.status_code == second.status_code == 200
    assert first.json()["id"] == order
    assert first.json()["status"] == second.json()["status"] == ada.status(order) == "canceled"
    assert shop.staff.available(sku) == 10
    assert eventually(lambda: statuses_since(shop.staff, charges) in (["voided"], ["refunded"]))
    assert shop.staff.available(sku) == 10 and shop.staff.violations() == []


def test_a_captured_card_order_is_refunded(shop: Shop) -> None:
    ada, sku, charges = shop.shopper(), shop.mug(), shop.staff.charges()
    order = placed(ada, sku)
    assert eventually(lambda: statuses_since(shop.staff, charges) == ["captured"])

    assert ada.cancel(order).status_code == 200

    assert eventually(lambda: statuses_since(shop.staff, charges) == ["refunded"])
    assert shop.staff.violations() == []


def test_a_canceled_balance_order_gives_the_balance_back(shop: Shop) -> None:
    ada, sku = shop.shopper(funds=5000), shop.mug(price=1200, on_hand=10)
    order = placed(ada, sku, BALANCE)

    answers = at_once(8, lambda _: ada.cancel(order))

    assert {answer.status_code for answer in answers} == {200}
    assert eventually(lambda: ada.balance() == 5000)
    assert shop.staff.available(sku) == 10 and shop.staff.violations() == []


def test_the_staff_may_cancel_too(shop: Shop) -> None:
    ada, sku = shop.shopper(), shop.mug()
    order = placed(ada, sku)

    assert shop.staff.cancel(order).json()["status"] == "canceled"

    assert ada.status(order) == "canceled"


def test_a_fulfilled_order_stays_fulfilled(shop: Shop) -> None:
    ada, sku = shop.shopper(funds=5000), shop.mug()
    order = placed(ada, sku, BALANCE)

    first, second = shop.staff.fulfill(order), shop.staff.fulfill(order)

    assert first.status_code == second.status_code == 200
    assert first.json()["status"] == second.json()["status"] == ada.status(order) == "fulfilled"
    before = shop.footprint(ada, sku)
    assert_problem(ada.cancel(order), 409, "invalid-transition")
    assert_problem(shop.staff.cancel(order), 409, "invalid-transition")
    assert shop.footprint(ada, sku) == before


def test_a_canceled_order_cannot_be_fulfilled(shop: Shop) -> None:
    ada, sku = shop.shopper(funds=5000), shop.mug()
    order = placed(ada, sku, BALANCE)
    ada.cancel(order).raise_for_status()
    assert eventually(lambda: ada.balance() == 5000)
    before = shop.footprint(ada, sku)

    assert_problem(shop.staff.fulfill(order), 409, "invalid-transition")

    assert shop.footprint(ada, sku) == before


def test_only_the_owner_or_the_staff_cancels(shop: Shop) -> None:
    ada, eve, sku = shop.shopper(funds=5000), shop.shopper("Eve"), shop.mug()
    order = placed(ada, sku, BALANCE)
    before = shop.footprint(ada, sku)

    assert_problem(eve.cancel(order), 404, "not-found")
    assert_problem(shop.visitor().cancel(order), 401, "unauthenticated")
    assert_problem(ada.cancel("no-such-order"), 404, "not-found")
    assert_problem(shop.staff.cancel("no-such-order"), 404, "not-found")

    assert shop.footprint(ada, sku) == before


def test_only_the_staff_fulfills(shop: Shop) -> None:
    ada, sku = shop.shopper(funds=5000), shop.mug()
    order = placed(ada, sku, BALANCE)
    before = shop.footprint(ada, sku)

    assert_problem(ada.fulfill(order), 403, "forbidden")
    assert_problem(shop.visitor().fulfill(order), 401, "unauthenticated")
    assert_problem(shop.staff.fulfill("no-such-order"), 404, "not-found")

    assert shop.footprint(ada, sku) == before
