"""Accounts, their entries, and money put into them."""

import pytest

from tests.harness.client import BALANCE, Json, Shopper, card, eur
from tests.harness.crowd import eventually
from tests.harness.footprint import charges
from tests.harness.problems import assert_invalid, assert_problem
from tests.harness.shop import Shop


def test_ones_account_is_listed_and_read(shop: Shop) -> None:
    ada = shop.shopper(funds=700)

    listed, read = ada.get("/accounts/"), ada.get(f"/accounts/{ada.account}")

    assert listed.status_code == read.status_code == 200
    assert listed.json()["data"] == [read.json()]
    assert read.json() == {"id": ada.account, "currency": "EUR", "balance": eur(700)}


def test_a_deposit_is_posted_once_its_money_is_captured(shop: Shop) -> None:
    ada, before = shop.shopper(), charges(shop.staff)

    answer = ada.deposit(ada.account, eur(1000))

    assert answer.status_code == 201 and ada.balance() == 1000
    assert len(charges(shop.staff)) == len(before) + 1
    assert shop.staff.charges()[-1]["status"] == "captured"
    assert shop.staff.violations() == []


def test_entries_tell_how_the_balance_came_about(shop: Shop) -> None:
    ada, sku = shop.shopper(funds=5000), shop.mug(price=1200)
    ada.order(sku, 2, pay=BALANCE).raise_for_status()

    answer = ada.get(f"/accounts/{ada.account}/entries")

    entries = answer.json()["data"]
    assert answer.status_code == 200 and len(entries) == 2
    assert all(
        {"id", "transfer_id", "amount", "balance_after", "kind", "created_at"} <= set(entry) and entry["kind"]
        for entry in entries
    )
    assert {(entry["amount"]["amount"], entry["balance_after"]["amount"]) for entry in entries} == {
        (5000, 5000),
        (-2400, 2600),
    }
    assert len({entry["transfer_id"] for entry in entries}) == 2


@pytest.mark.parametrize("token", ["pm_card_chargeDeclined", "pm_card_chargeDeclinedInsufficientFunds", "pm_none"])
def test_a_declined_deposit_leaves_no_trace(shop: Shop, regular: Shopper, token: str) -> None:
    before = shop.footprint(regular)

    problem = assert_problem(regular.deposit(regular.account, eur(1000), pay=card(token)), 402, "card-declined")

    assert problem["decline_code"]
    assert shop.footprint(regular) == before


def test_a_deposit_the_gateway_cannot_be_reached_for_leaves_no_trace(shop: Shop) -> None:
    ada = shop.shopper()
    before = shop.footprint(ada)

    answer = ada.deposit(ada.account, eur(1000), pay=card("pm_sandbox_unavailable"), key="again")

    assert_problem(answer, 503, "unavailable")
    assert int(answer.headers["retry-after"]) >= 0
    assert shop.footprint(ada) == before
    assert ada.deposit(ada.account, eur(1000), key="again").status_code == 201


def test_a_deposit_whose_charge_timed_out_is_posted_later(shop: Shop) -> None:
    ada = shop.shopper()

    answer = ada.deposit(ada.account, eur(1000), pay=card("pm_sandbox_timeout_charged"))

    assert answer.status_code == 202

    def posted() -> bool:
        shop.staff.reconcile()
        return ada.balance() == 1000

    assert eventually(posted, within=30)
    assert shop.staff.violations() == []


@pytest.mark.parametrize(
    ("amount", "pointer"),
    [
        (eur(0), "/amount/amount"),
        (eur(-5), "/amount/amount"),
        (eur(10**30), "/amount/amount"),
        ({"amount": 10.5, "currency": "EUR"}, "/amount/amount"),
        ({"amount": True, "currency": "EUR"}, "/amount/amount"),
        ({"amount": "1000", "currency": "EUR"}, "/amount/amount"),
        ({"amount": 1000, "currency": "Euro"}, "/amount/currency"),
        ({"amount": 1000}, "/amount/currency"),
        (1000, "/amount"),
    ],
)
def test_an_amount_that_is_none_is_not_deposited(shop: Shop, regular: Shopper, amount: Json, pointer: str) -> None:
    before = shop.footprint(regular)

    assert_invalid(regular.deposit(regular.account, amount), pointer)

    assert shop.footprint(regular) == before


def test_another_currency_is_not_deposited(shop: Shop, regular: Shopper) -> None:
    before = shop.footprint(regular)

    assert regular.deposit(regular.account, {"amount": 1000, "currency": "USD"}).status_code in {409, 422}
    assert_invalid(regular.deposit(regular.account, eur(1000), pay=BALANCE))

    assert shop.footprint(regular) == before


@pytest.mark.parametrize("path", ["/accounts/{id}", "/accounts/{id}/entries"])
def test_somebody_elses_account_is_as_if_not_there(shop: Shop, path: str) -> None:
    ada, eve = shop.shopper(), shop.shopper("Eve")

    assert_problem(eve.get(path.format(id=ada.account)), 404, "not-found")
    assert_problem(eve.get(path.format(id="no-such-account")), 404, "not-found")
    assert_problem(shop.visitor().get(path.format(id=ada.account)), 401, "unauthenticated")


def test_nobody_deposits_into_somebody_elses_account(shop: Shop) -> None:
    ada, eve = shop.shopper(), shop.shopper("Eve")
    before = shop.footprint(ada)

    assert_problem(eve.deposit(ada.account, eur(1000)), 404, "not-found")
    assert_problem(eve.deposit("no-such-account", eur(1000)), 404, "not-found")
    assert_problem(shop.visitor().deposit(ada.account, eur(1000)), 401, "unauthenticated")

    assert shop.footprint(ada) == before
    assert_problem(shop.visitor().get("/accounts/"), 401, "unauthenticated")
