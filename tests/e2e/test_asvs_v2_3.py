"""OWASP ASVS 5.0, V2.3: business flows go step by step, within their limits, whole or not at all."""

from tests.harness.client import BALANCE, card, eur
from tests.harness.crowd import at_once
from tests.harness.problems import assert_invalid, assert_problem
from tests.harness.shop import Shop


def test_v2_3_1_no_step_of_an_order_is_skipped_or_taken_backwards(shop: Shop) -> None:
    ada, sku = shop.shopper(), shop.mug()
    pending = ada.order(sku, pay=card("pm_sandbox_timeout_uncharged")).json()["id"]
    assert_problem(shop.staff.fulfill(pending), 409, "invalid-transition")

    placed = ada.order(sku).json()["id"]
    assert_problem(ada.fulfill(placed), 403, "forbidden")
    assert shop.staff.fulfill(placed).status_code == 200
    assert_problem(ada.cancel(placed), 409, "invalid-transition")


def test_v2_3_1_a_step_is_taken_for_its_own_user_only(shop: Shop) -> None:
    ada, eve, sku = shop.shopper(), shop.shopper("Eve"), shop.mug()
    placed = ada.order(sku).json()["id"]

    assert_problem(eve.cancel(placed), 404, "not-found")
    assert ada.status(placed) == "confirmed"


def test_v2_3_2_limits_are_those_of_the_documentation(shop: Shop) -> None:
    """HTTP.md: 999 of a line, 4 KB of preferences, 64 KB of body, and no more than there is of money and goods."""
    ada, sku = shop.shopper(), shop.mug(on_hand=3)

    assert_invalid(ada.order(sku, 1000), "/items/0/quantity")
    assert_problem(ada.order(sku, 4), 409, "insufficient-stock")
    assert_problem(ada.order(sku, pay=BALANCE), 402, "insufficient-funds")
    assert_problem(ada.patch("/session/preferences", json={"x": "x" * 4096}), 413, "session-too-large")
    assert_problem(ada.patch("/session/preferences", json={"x": "x" * 70_000}), 413, "body-too-large")


def test_v2_3_3_a_declined_order_leaves_everything_as_it_was(shop: Shop) -> None:
    ada, sku = shop.shopper(), shop.mug()
    before = shop.footprint(ada, sku)

    assert_problem(ada.order(sku, pay=card("pm_card_chargeDeclined")), 402, "card-declined")

    assert shop.footprint(ada, sku) == before


def test_v2_3_3_what_fails_at_its_last_line_has_not_begun(shop: Shop) -> None:
    ada, bob = shop.shopper(funds=100), shop.shopper("Bob")

    assert_problem(ada.transfer(ada.account, bob.account, eur(101)), 402, "insufficient-funds")

    assert (ada.balance(), bob.balance()) == (100, 0) and shop.staff.violations() == []


def test_v2_3_4_the_last_one_is_sold_once(shop: Shop) -> None:
    buyers, sku = [shop.shopper(f"B{n}", funds=2000) for n in range(6)], shop.mug(on_hand=1)

    answers = at_once(6, lambda n: buyers[n].order(sku, pay=BALANCE))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert shop.staff.available(sku) == 0 and shop.staff.violations() == []
