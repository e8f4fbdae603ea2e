"""A refused order leaves no order, no hold on stock, no charge, no pointer, and nobody logged out."""

import pytest

from tests.harness.client import BALANCE, Json, card, eur
from tests.harness.crowd import at_once
from tests.harness.footprint import charges
from tests.harness.problems import assert_invalid, assert_problem
from tests.harness.shop import Shop


def test_a_visitor_orders_nothing(shop: Shop) -> None:
    visitor, sku = shop.visitor(), shop.mug()
    before = shop.footprint(visitor, sku)

    assert_problem(visitor.order(sku), 401, "unauthenticated")
    assert_problem(visitor.place([{"sku": sku, "quantity": 1}], dry_run=True), 401, "unauthenticated")

    assert shop.footprint(visitor, sku) == before


@pytest.mark.parametrize(
    "token", ["pm_card_chargeDeclined", "pm_card_chargeDeclinedInsufficientFunds", "pm_card_nobody_knows"]
)
def test_a_declined_card_leaves_no_trace(shop: Shop, token: str) -> None:
    ada, sku = shop.shopper(), shop.mug()
    earlier = ada.order(sku).json()["id"]
    before = shop.footprint(ada, sku)

    problem = assert_problem(ada.order(sku, 2, pay=card(token)), 402, "card-declined")

    assert isinstance(problem["decline_code"], str) and token not in str(problem)
    assert (problem["decline_code"] == "invalid_token") is (token == "pm_card_nobody_knows")  # noqa: S105
    assert shop.footprint(ada, sku) == before
    assert ada.session()["authenticated"] is True and ada.session()["last_order_id"] == earlier


def test_a_card_declined_once_does_not_spoil_the_next(shop: Shop) -> None:
    ada, sku = shop.shopper(), shop.mug(on_hand=1)
    assert_problem(ada.order(sku, pay=card("pm_card_chargeDeclined")), 402, "card-declined")

    assert ada.order(sku).status_code == 201


def test_insufficient_funds_leave_no_trace(shop: Shop) -> None:
    ada, sku = shop.shopper(funds=2399), shop.mug(price=1200)
    before = shop.footprint(ada, sku)

    assert_problem(ada.order(sku, 2, pay=BALANCE), 402, "insufficient-funds")

    assert shop.footprint(ada, sku) == before


@pytest.mark.parametrize("pay", [card(), BALANCE])
def test_an_unknown_sku_spoils_the_whole_order(shop: Shop, pay: Json) -> None:
    ada, sku = shop.shopper(funds=5000), shop.mug()
    before = shop.footprint(ada, sku)

    answer = ada.place([{"sku": sku, "quantity": 1}, {"sku": "no-such-mug", "quantity": 1}], pay=pay)

    assert_problem(answer, 404, "unknown-sku")
    assert shop.footprint(ada, sku) == before


@pytest.mark.parametrize("pay", [card(), BALANCE])
def test_insufficient_stock_of_one_line_spoils_the_whole_order(shop: Shop, pay: Json) -> None:
    ada, plenty, scarce = shop.shopper(funds=50_000), shop.mug(), shop.mug(on_hand=3)
    before = shop.footprint(ada, plenty, scarce)
    items = [{"sku": scarce, "quantity": 2}, {"sku": plenty, "quantity": 1}, {"sku": scarce, "quantity": 2}]

    problem = assert_problem(ada.place(items, pay=pay), 409, "insufficient-stock")

    assert (problem["sku"], problem["available"]) == (scarce, 3)
    assert shop.footprint(ada, plenty, scarce) == before


@pytest.mark.parametrize("pay", [card(), BALANCE])
@pytest.mark.parametrize("expected", [eur(2399), eur(0), {"amount": 2400, "currency": "USD"}])
def test_a_total_other_than_expected_leaves_no_trace(shop: Shop, pay: Json, expected: Json) -> None:
    ada, sku = shop.shopper(funds=5000), shop.mug(price=1200)
    before = shop.footprint(ada, sku)

    answer = ada.place([{"sku": sku, "quantity": 2}], pay=pay, expected_total=expected)

    assert assert_problem(answer, 409, "price-changed")["current_total"] == eur(2400)
    assert shop.footprint(ada, sku) == before


def test_a_dry_run_refuses_what_an_order_would(shop: Shop) -> None:
    ada, sku = shop.shopper(), shop.mug(on_hand=1)
    before = shop.footprint(ada, sku)

    assert_problem(ada.place([{"sku": sku, "quantity": 2}], dry_run=True), 409, "insufficient-stock")
    assert_problem(ada.place([{"sku": "no-such-mug", "quantity": 1}], dry_run=True), 404, "unknown-sku")
    assert_invalid(ada.post("/orders/", params={"dry_run": "perhaps"}, json={"items": [], "payment": BALANCE}))

    assert shop.footprint(ada, sku) == before


def test_sixty_units_are_sold_exactly_sixty_times(shop: Shop) -> None:
    sku, before = shop.mug(on_hand=60), len(charges(shop.staff))
    shoppers = [shop.shopper() for _ in range(8)]
    windows = [shop.people.enter_context(shoppers[n % 8].twin()) for n in range(32)]

    def shop_around(n: int) -> list[int]:
        return [windows[n].order(sku).status_code for _ in range(n, 200, 32)]

    statuses = [status for attempts in at_once(32, shop_around) for status in attempts]

    assert (statuses.count(201), statuses.count(409), len(statuses)) == (60, 140, 200)
    assert shop.staff.available(sku) == 0
    assert len(charges(shop.staff)) == before + 60
    assert sum(len(shopper.orders()) for shopper in shoppers) == 60
    assert shop.staff.violations() == []
