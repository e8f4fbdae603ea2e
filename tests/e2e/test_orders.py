"""Placing an order that succeeds, and reading it back."""

from datetime import UTC, datetime

from tests.harness.client import BALANCE, eur
from tests.harness.crowd import eventually
from tests.harness.footprint import charges
from tests.harness.problems import assert_problem
from tests.harness.shop import Shop


def test_a_card_order_is_confirmed_and_answers_with_all_of_it(shop: Shop) -> None:
    ada, sku = shop.shopper(), shop.mug(price=1200, on_hand=10)

    answer = ada.order(sku, 2)

    order = answer.json()
    assert answer.status_code == 201
    assert order["id"] == order["order_id"] and order["status"] == "confirmed" and order["message"]
    assert answer.headers["location"].endswith(f"/orders/{order['id']}")
    assert order["total"] == eur(2400)
    assert order["lines"] == [{"sku": sku, "name": "Mug", "quantity": 2, "unit_price": eur(1200)}]
    assert order["payment"]["method"] == "card" and order["payment"]["status"] in {"authorized", "captured"}
    assert abs(datetime.now(UTC) - datetime.fromisoformat(order["created_at"])).total_seconds() < 60
    assert ada.session()["last_order_id"] == order["id"]
    assert shop.staff.available(sku) == 8


def test_the_money_of_a_card_order_is_captured_once(shop: Shop) -> None:
    ada, sku, before = shop.shopper(), shop.mug(price=1200), charges(shop.staff)

    order = ada.order(sku, 2).json()

    def captured() -> bool:
        return ada.get(f"/orders/{order['id']}").json()["payment"]["status"] == "captured"

    assert eventually(captured)
    (charge,) = charges(shop.staff)[len(before) :]
    assert (charge["amount"], charge["currency"]) == (2400, "EUR") or charge["amount"] == eur(2400)
    assert shop.staff.charges()[-1]["status"] == "captured"
    assert shop.staff.violations() == []


def test_an_order_from_the_balance_moves_the_money_at_once(shop: Shop) -> None:
    ada, sku = shop.shopper(funds=5000), shop.mug(price=1200)
    before = charges(shop.staff)

    answer = ada.order(sku, 2, pay=BALANCE)

    assert answer.status_code == 201
    assert answer.json()["payment"] == {"method": "balance", "status": "captured"}
    assert ada.balance() == 2600 and shop.staff.available(sku) == 8
    assert ada.session()["last_order_id"] == answer.json()["id"]
    assert charges(shop.staff) == before
    assert shop.staff.violations() == []


def test_the_last_unit_and_the_last_cent_can_be_spent(shop: Shop) -> None:
    ada, sku = shop.shopper(funds=2400), shop.mug(price=1200, on_hand=2)

    assert ada.order(sku, 2, pay=BALANCE).status_code == 201

    assert ada.balance() == 0 and shop.staff.available(sku) == 0


def test_lines_of_one_sku_are_merged(shop: Shop) -> None:
    ada, mug, cup = shop.shopper(), shop.mug(price=1200), shop.mug(price=300)

    order = ada.place([{"sku": mug, "quantity": 1}, {"sku": cup, "quantity": 2}, {"sku": mug, "quantity": 3}]).json()

    assert sorted((line["sku"], line["quantity"]) for line in order["lines"]) == sorted([(mug, 4), (cup, 2)])
    assert order["total"] == eur(4 * 1200 + 2 * 300)
    assert (shop.staff.available(mug), shop.staff.available(cup)) == (6, 8)


def test_an_order_keeps_the_price_and_name_it_was_placed_at(shop: Shop) -> None:
    ada, sku = shop.shopper(), shop.mug(price=1200)
    order = ada.order(sku).json()

    shop.staff.patch(f"/products/{sku}", json={"name": "Dear mug", "price": eur(9900)}).raise_for_status()

    line = ada.get(f"/orders/{order['id']}").json()["lines"][0]
    assert (line["name"], line["unit_price"]) == ("Mug", eur(1200))


def test_an_expected_total_that_is_right_changes_nothing_about_it(shop: Shop) -> None:
    ada, sku = shop.shopper(), shop.mug(price=1200)

    answer = ada.place([{"sku": sku, "quantity": 2}], expected_total=eur(2400))

    assert answer.status_code == 201 and answer.json()["total"] == eur(2400)


def test_a_dry_run_quotes_and_changes_nothing(shop: Shop) -> None:
    ada, sku = shop.shopper(), shop.mug(price=1200)
    before = shop.footprint(ada, sku)

    answer = ada.place([{"sku": sku, "quantity": 2}], dry_run=True)

    assert answer.status_code == 200 and answer.json()["total"] == eur(2400)
    assert answer.json()["lines"] == [{"sku": sku, "name": "Mug", "quantity": 2, "unit_price": eur(1200)}]
    assert shop.footprint(ada, sku) == before


def test_an_order_is_read_by_its_owner_and_by_the_staff_only(shop: Shop) -> None:
    ada, eve, sku = shop.shopper(), shop.shopper("Eve"), shop.mug()
    path = f"/orders/{ada.order(sku).json()['id']}"

    mine, theirs = ada.get(path), shop.staff.get(path)

    assert mine.status_code == theirs.status_code == 200 and mine.headers["etag"]
    assert mine.json()["id"] == theirs.json()["id"] and mine.json()["lines"][0]["sku"] == sku
    assert_problem(eve.get(path), 404, "not-found")
    assert_problem(eve.get("/orders/01890000-0000-7000-8000-000000000000"), 404, "not-found")
    assert_problem(shop.visitor().get(path), 401, "unauthenticated")


def test_the_list_shows_ones_own_orders_newest_first(shop: Shop) -> None:
    ada, eve, sku = shop.shopper(), shop.shopper("Eve"), shop.mug()
    placed = [ada.order(sku).json()["id"] for _ in range(3)]
    eve.order(sku).raise_for_status()

    assert [order["id"] for order in ada.orders()] == placed[::-1]
    assert_problem(shop.visitor().get("/orders/"), 401, "unauthenticated")
