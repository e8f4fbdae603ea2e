"""Money from one account to another, all of it or none."""

import pytest

from tests.harness.client import Json, eur
from tests.harness.crowd import at_once
from tests.harness.problems import assert_invalid, assert_problem
from tests.harness.shop import Shop


def test_a_transfer_moves_the_money_and_answers_with_it(shop: Shop) -> None:
    ada, bob = shop.shopper(funds=1000), shop.shopper("Bob")

    answer = ada.transfer(ada.account, bob.account, eur(300))

    transfer = answer.json()
    assert answer.status_code == 201 and transfer["id"] and transfer["created_at"]
    assert (transfer["from_account"], transfer["to_account"]) == (ada.account, bob.account)
    assert transfer["amount"] == eur(300)
    assert (ada.balance(), bob.balance()) == (700, 300)
    sent, received = (p.get(f"/accounts/{p.account}/entries").json()["data"] for p in (ada, bob))
    assert [entry["amount"] for entry in received] == [eur(300)]
    assert transfer["id"] in {entry["transfer_id"] for entry in sent}
    assert shop.staff.violations() == []


def test_a_transfer_of_more_than_there_is_leaves_no_trace(shop: Shop) -> None:
    ada, bob = shop.shopper(funds=1000), shop.shopper("Bob")
    before = shop.footprint(ada), shop.footprint(bob)

    assert_problem(ada.transfer(ada.account, bob.account, eur(1001)), 402, "insufficient-funds")

    assert (shop.footprint(ada), shop.footprint(bob)) == before


def test_another_currency_leaves_no_trace(shop: Shop) -> None:
    ada, bob = shop.shopper(funds=1000), shop.shopper("Bob")
    before = shop.footprint(ada), shop.footprint(bob)

    answer = ada.transfer(ada.account, bob.account, {"amount": 1, "currency": "USD"})

    assert_problem(answer, 409, "currency-mismatch")
    assert (shop.footprint(ada), shop.footprint(bob)) == before


def test_nobody_takes_from_somebody_elses_account(shop: Shop) -> None:
    ada, eve = shop.shopper(funds=1000), shop.shopper("Eve", funds=1000)
    before = shop.footprint(ada), shop.footprint(eve)

    assert_problem(eve.transfer(ada.account, eve.account, eur(1)), 404, "not-found")
    assert_problem(eve.transfer("no-such-account", eve.account, eur(1)), 404, "not-found")
    assert_problem(eve.transfer(eve.account, "no-such-account", eur(1)), 404, "not-found")
    assert_problem(shop.visitor().transfer(ada.account, eve.account, eur(1)), 401, "unauthenticated")

    assert (shop.footprint(ada), shop.footprint(eve)) == before


@pytest.mark.parametrize(
    "amount",
    [eur(0), eur(-1), eur(10**30), {"amount": 0.5, "currency": "EUR"}, {"amount": True, "currency": "EUR"}],
)
def test_an_amount_that_is_none_leaves_no_trace(shop: Shop, amount: Json) -> None:
    ada, bob = shop.shopper(funds=1000), shop.shopper("Bob")
    before = shop.footprint(ada), shop.footprint(bob)

    assert_invalid(ada.transfer(ada.account, bob.account, amount), "/amount/amount")

    assert (shop.footprint(ada), shop.footprint(bob)) == before


def test_a_transfer_to_the_same_account_is_refused(shop: Shop) -> None:
    ada = shop.shopper(funds=1000)
    before = shop.footprint(ada)

    assert_invalid(ada.transfer(ada.account, ada.account, eur(1)), "/to_account")

    assert shop.footprint(ada) == before


def test_transfers_both_ways_at_once_lose_nothing(shop: Shop) -> None:
    ada, bob = shop.shopper(funds=1000), shop.shopper("Bob", funds=1000)

    def one_euro(n: int) -> int:
        source, target = (ada, bob) if n % 2 else (bob, ada)
        return source.transfer(source.account, target.account, eur(100)).status_code

    assert at_once(16, one_euro) == [201] * 16

    assert (ada.balance(), bob.balance()) == (1000, 1000)
    assert shop.staff.violations() == []
