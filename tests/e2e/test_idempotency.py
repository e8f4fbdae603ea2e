"""One effect per caller and key, however often and however simultaneously it is asked for."""

import pytest

from tests.harness.client import BALANCE, Client, Shopper, card, eur
from tests.harness.crowd import at_once
from tests.harness.footprint import charges
from tests.harness.problems import assert_problem
from tests.harness.shop import Shop


def test_a_repeat_answers_as_the_first_did(shop: Shop) -> None:
    ada, sku = shop.shopper(), shop.mug()
    first = ada.order(sku, key="once")
    before = shop.footprint(ada, sku)

    again = ada.order(sku, key="once")

    assert first.status_code == again.status_code == 201 and again.content == first.content
    assert again.headers["idempotent-replayed"] == "true" and "idempotent-replayed" not in first.headers
    assert again.headers["location"] == first.headers["location"]
    assert shop.footprint(ada, sku) == before


def test_a_key_is_the_same_quoted_or_bare(shop: Shop) -> None:
    ada, bob = shop.shopper(funds=1000), shop.shopper("Bob")
    body = {"from_account": ada.account, "to_account": bob.account, "amount": eur(100)}

    answers = [ada.post("/transfers/", json=body, headers={"Idempotency-Key": key}) for key in ('"gift"', "gift")]

    assert answers[0].json() == answers[1].json()
    assert (ada.balance(), bob.balance()) == (900, 100)


def test_deposits_and_transfers_are_repeated_without_effect(shop: Shop) -> None:
    ada, bob = shop.shopper(), shop.shopper("Bob")

    deposits = [ada.deposit(ada.account, eur(1000), key="salary") for _ in range(3)]
    transfers = [ada.transfer(ada.account, bob.account, eur(100), key="salary") for _ in range(3)]

    for first, *repeats in (deposits, transfers):
        assert first.status_code == 201
        assert all(repeat.content == first.content for repeat in repeats)
        assert all(repeat.headers["idempotent-replayed"] == "true" for repeat in repeats)
    assert (ada.balance(), bob.balance()) == (900, 100)


def test_fifty_repeats_at_once_make_one_order_and_one_charge(shop: Shop) -> None:
    ada, sku, before = shop.shopper(), shop.mug(on_hand=60), len(charges(shop.staff))
    windows = [shop.people.enter_context(ada.twin()) for _ in range(50)]

    answers = at_once(50, lambda n: windows[n].order(sku, key="click"))

    done = [answer for answer in answers if answer.status_code == 201]
    assert done and len({answer.content for answer in done}) == 1
    for answer in answers:
        if answer not in done:
            assert_problem(answer, 409, "idempotency-in-progress")
            assert int(answer.headers["retry-after"]) >= 0
    assert [order["id"] for order in ada.orders()] == [done[0].json()["id"]]
    assert len(charges(shop.staff)) == before + 1 and shop.staff.available(sku) == 59
    assert shop.staff.violations() == []


def test_a_repeat_while_the_first_is_in_flight_is_told_so(shop: Shop) -> None:
    ada, sku = shop.shopper(), shop.mug()
    windows = [shop.people.enter_context(ada.twin()) for _ in range(2)]

    answers = at_once(2, lambda n: windows[n].order(sku, pay=card("pm_sandbox_slow"), key="slow"))

    refused, done = sorted(answers, key=lambda answer: -answer.status_code)
    assert_problem(refused, 409, "idempotency-in-progress")
    assert int(refused.headers["retry-after"]) >= 0
    assert done.status_code == 201
    assert ada.order(sku, pay=card("pm_sandbox_slow"), key="slow").content == done.content
    assert shop.staff.available(sku) == 9


def test_a_key_belongs_to_one_body(shop: Shop) -> None:
    ada, sku = shop.shopper(), shop.mug()
    ada.order(sku, 1, key="once").raise_for_status()
    before = shop.footprint(ada, sku)

    assert_problem(ada.order(sku, 2, key="once"), 422, "idempotency-key-reused")
    assert_problem(ada.order(sku, 1, pay=BALANCE, key="once"), 422, "idempotency-key-reused")

    assert shop.footprint(ada, sku) == before


def test_a_key_belongs_to_one_caller_and_one_path(shop: Shop) -> None:
    ada, bob, sku = shop.shopper(), shop.shopper("Bob"), shop.mug()

    hers, his = ada.order(sku, key="once"), bob.order(sku, key="once")
    deposit = ada.deposit(ada.account, eur(1000), key="once")

    assert hers.status_code == his.status_code == deposit.status_code == 201
    assert hers.json()["id"] != his.json()["id"]
    assert shop.staff.available(sku) == 8


def test_a_definite_refusal_is_kept(shop: Shop) -> None:
    ada, sku = shop.shopper(), shop.mug(price=1200)
    first = assert_problem(ada.order(sku, pay=BALANCE, key="hope"), 402, "insufficient-funds")
    ada.deposit(ada.account, eur(5000)).raise_for_status()

    again = ada.order(sku, pay=BALANCE, key="hope")

    assert assert_problem(again, 402, "insufficient-funds") | {"request_id": ""} == first | {"request_id": ""}
    assert again.headers["idempotent-replayed"] == "true"
    assert ada.orders() == [] and ada.balance() == 5000


def test_a_declined_card_is_not_tried_again_under_its_key(shop: Shop) -> None:
    ada, sku, declined = shop.shopper(), shop.mug(), card("pm_card_chargeDeclined")
    first = assert_problem(ada.order(sku, pay=declined, key="card"), 402, "card-declined")
    known = [charge["key"] for charge in shop.staff.charges()]

    again = ada.order(sku, pay=declined, key="card")

    assert assert_problem(again, 402, "card-declined")["decline_code"] == first["decline_code"]
    assert again.headers["idempotent-replayed"] == "true"
    assert [charge["key"] for charge in shop.staff.charges()] == known


def test_an_outage_is_not_kept(shop: Shop) -> None:
    ada, sku = shop.shopper(), shop.mug()
    before = shop.footprint(ada, sku)

    refused = ada.order(sku, pay=card("pm_sandbox_unavailable"), key="again")

    assert_problem(refused, 503, "unavailable")
    assert int(refused.headers["retry-after"]) >= 0 and "set-cookie" not in refused.headers
    assert shop.footprint(ada, sku) == before
    assert ada.order(sku, key="again").status_code == 201
    assert shop.staff.available(sku) == 9


def replay_with_the_old_cookie(shop: Shop) -> None:
    """An order whose answer got lost: its window still has the cookie from before."""
    ada, sku = shop.shopper(), shop.mug()
    lost = ada.twin()
    order = ada.order(sku, key="lost").json()["id"]
    assert ada.order(sku).json()["id"] == ada.session()["last_order_id"] != order

    with lost:
        assert lost.order(sku, key="lost").json()["id"] == order
        assert lost.session()["last_order_id"] == order


def test_a_replay_restores_the_pointer_to_its_order(shop: Shop) -> None:
    replay_with_the_old_cookie(shop)


@pytest.mark.parametrize("key", ["", '""', "x" * 256, f'"{"x" * 256}"', '"open', 'a"b', "sch\xf6n"])
def test_a_key_that_is_none_changes_nothing(shop: Shop, regular: Shopper, key: str) -> None:
    sku = shop.mug()
    before, headers = shop.footprint(regular, sku), [(b"Idempotency-Key", key.encode("latin-1"))]
    body = {"items": [{"sku": sku, "quantity": 1}], "payment": card()}

    assert_problem(regular.post("/orders/", json=body, headers=headers), 400, "idempotency-key-invalid")

    assert shop.footprint(regular, sku) == before


def test_a_key_of_255_characters_is_one(shop: Shop) -> None:
    ada, sku = shop.shopper(), shop.mug()

    assert ada.order(sku, key="k" * 255).status_code == 201
    assert ada.order(sku, key="k" * 255).headers["idempotent-replayed"] == "true"


def post_without_key(client: Client, path: str, body: object) -> None:
    assert_problem(client.post(path, json=body), 400, "idempotency-key-missing")


def test_deposits_and_transfers_need_a_key(shop: Shop) -> None:
    ada, bob = shop.shopper(funds=1000), shop.shopper("Bob")
    before = shop.footprint(ada), shop.footprint(bob)

    post_without_key(ada, f"/accounts/{ada.account}/deposits", {"amount": eur(1), "payment": card()})
    transfer = {"from_account": ada.account, "to_account": bob.account, "amount": eur(1)}
    post_without_key(ada, "/transfers/", transfer)

    assert (shop.footprint(ada), shop.footprint(bob)) == before
