"""A key whose first request is still under way, or came to nothing, or is used for something else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.errors import (
    CardDeclined,
    InsufficientFunds,
)
from service_layer.commands import ClearExpired, Deposit, Settle, Verdict
from service_layer.handlers.accounts import deposit
from service_layer.handlers.payments import settle
from service_layer.handlers.sessions import clear_expired
from service_layer.idempotency import KEPT, LEASE, Answer, KeyInProgress, KeyReused
from service_layer.receipts import OrderReceipt, Receipt, is_pending
from service_layer.records import InFlight
from tests.kit.asking import VISA, buying, eur
from tests.kit.paying import pay
from tests.kit.shop import Shop


def placed(shop: Shop, by, command) -> Answer:
    answer = shop.place(by, command)
    assert isinstance(answer, Answer)
    return answer


class TestReuse:
    @pytest.mark.parametrize(
        "other",
        [
            buying({"mug": 2}, key="k"),
            buying({"cup": 1}, key="k"),
            buying({"mug": 1}, key="k", expected=eur(1200)),
            buying({"mug": 1}, key="k", token=VISA),
        ],
    )
    def test_another_request_under_a_used_key_is_refused(self, shop: Shop, other):
        ada = shop.account(balance=5000)
        shop.product("mug", price=1200)
        shop.product("cup", price=1200)
        shop.order(ada, key="k")

        with shop.refuses(KeyReused, ada):
            shop.place(ada, other)

    def test_so_is_another_card(self, shop: Shop):
        ada = shop.account()
        shop.product()
        shop.reserve(ada, key="k")

        with shop.refuses(KeyReused, ada):
            shop.place(ada, buying({"mug": 1}, key="k", token="pm_other"))  # noqa: S106

    @pytest.mark.parametrize(("target", "cents"), [("bob", 101), ("eve", 100)])
    def test_so_is_another_transfer(self, shop: Shop, target: str, cents: int):
        people = {"ada": shop.account(balance=5000), "bob": shop.account(), "eve": shop.account()}
        shop.transfer(people["ada"], people["bob"], 100, key="k")

        with shop.refuses(KeyReused, people["ada"]):
            shop.transfer(people["ada"], people[target], cents, key="k")

    def test_the_key_of_a_refusal_is_used_too(self, shop: Shop):
        ada = shop.account()
        shop.product()
        placed(shop, ada, buying({"mug": 1}, key="k"))

        with shop.refuses(KeyReused, ada):
            shop.place(ada, buying({"mug": 2}, key="k"))


class TestInFlight:
    def test_a_repeat_while_the_first_asks_the_gateway_has_to_wait(self, shop: Shop):
        ada = shop.account()
        shop.product()
        shop.reserve(ada, key="k")

        with shop.refuses(KeyInProgress, ada) as refusal:
            shop.reserve(ada, key="k")

        assert refusal.value.retry_after >= 1

    def test_once_the_lease_has_run_out_a_repeat_takes_over(self, shop: Shop):
        ada = shop.account()
        shop.product(on_hand=10)
        first = shop.reserve(ada, quantity=2, key="k")
        shop.wait_a_while(seconds=LEASE.total_seconds())

        second = shop.reserve(ada, quantity=2, key="k")

        assert (second.payment_id, second.order_id, second.skus) == (first.payment_id, first.order_id, ("mug",))
        assert (first.attempts, second.attempts) == (1, 2) and second.leased_until == shop.clock.now() + LEASE
        assert shop.stock() == (10, 2)
        with pytest.raises(KeyInProgress):
            shop.reserve(ada, quantity=2, key="k")

    def test_one_moment_earlier_it_does_not(self, shop: Shop):
        ada = shop.account()
        shop.product()
        shop.reserve(ada, key="k")
        shop.clock.advance(LEASE - timedelta(microseconds=1))

        with pytest.raises(KeyInProgress):
            shop.reserve(ada, key="k")

    def test_a_deposit_is_taken_over_likewise(self, shop: Shop):
        ada = shop.account()
        command = Deposit(account_id=ada.account, amount=eur(500), token=VISA, key="k", operation="POST deposits")
        first = shop.do(deposit, command, ada)
        shop.wait_a_while(seconds=6)

        second = shop.do(deposit, command, ada)

        assert isinstance(first, InFlight) and isinstance(second, InFlight)
        assert (second.payment_id, second.account_id, second.skus) == (first.payment_id, ada.account, ())

    @pytest.mark.parametrize(
        ("verdict", "kind"), [(Verdict.AUTHORIZED, OrderReceipt), (Verdict.DECLINED, CardDeclined)]
    )
    def test_what_the_gateway_said_is_repeated(self, shop: Shop, verdict: Verdict, kind: type):
        ada = shop.account()
        shop.product()
        in_flight = shop.reserve(ada, key="k")

        settled = shop.do(settle, Settle.of(in_flight, verdict, "generic_decline"), ada)
        again = placed(shop, ada, buying({"mug": 1}, key="k", token=VISA))

        assert settled and isinstance(settled.outcome, kind) and isinstance(again.outcome, kind) and again.replayed
        assert str(settled.outcome) == str(again.outcome)

    @pytest.mark.parametrize("kind", ["order", "deposit"])
    def test_a_payment_that_waits_for_a_person_is_told_as_it_stands(self, shop: Shop, kind: str):
        ada = shop.account()
        shop.product()

        def ask() -> Answer[Receipt] | InFlight:
            if kind == "order":
                return shop.place(ada, buying({"mug": 1}, key="k", token=VISA))
            command = Deposit(account_id=ada.account, amount=eur(500), token=VISA, key="k", operation="deposit")
            return shop.do(deposit, command, ada)

        in_flight = ask()
        assert isinstance(in_flight, InFlight)
        shop.do(settle, Settle.of(in_flight, Verdict.LOST, ""), ada)
        shop.wait_a_while(minutes=1)

        again = ask()

        assert isinstance(again, Answer) and again.replayed and is_pending(again.unwrap())


class TestOutages:
    def test_a_gateway_out_of_reach_sets_the_key_free(self, shop: Shop):
        ada = shop.account()
        shop.product(on_hand=10)
        in_flight = shop.reserve(ada, key="k")

        assert shop.do(settle, Settle.of(in_flight, Verdict.UNREACHED, ""), ada) is None

        assert shop.rows("keys") == shop.rows("orders") == [] and shop.stock() == (10, 0)
        assert shop.reserve(ada, key="k").payment_id != in_flight.payment_id

    def test_a_key_without_an_answer_is_kept_until_there_is_one(self, shop: Shop):
        ada = shop.account()
        shop.product()
        shop.do(settle, Settle.of(shop.reserve(ada, key="k"), Verdict.LOST, ""), ada)
        shop.clock.advance(KEPT)

        shop.do(clear_expired, ClearExpired())

        assert [key["expires_at"] for key in shop.rows("keys")] == [shop.clock.now() + KEPT]

    def test_a_refusal_says_again_which_request_it_was_first_said_to(self, shop: Shop):
        ada = shop.account()
        shop.product()
        ada.browser.request_id = "first"
        refused = shop.place(ada, buying({"mug": 1}, key="k"))
        ada.browser.request_id = "second"

        again = shop.place(ada, buying({"mug": 1}, key="k"))

        assert isinstance(refused, Answer) and isinstance(again, Answer) and again.replayed
        assert isinstance(again.outcome, InsufficientFunds) and again.outcome.members == {"request_id": "first"}

    def test_a_key_is_kept_for_a_day_and_then_free(self, shop: Shop):
        ada = shop.account()
        shop.product()
        pay(shop, ada, key="k")
        shop.wait(shop.relay.once(shop.run_for()))
        shop.clock.advance(KEPT - timedelta(seconds=1))
        assert shop.do(clear_expired, ClearExpired()) == 1  # the session
        assert len(shop.rows("keys")) == 1

        shop.clock.advance(timedelta(seconds=1))

        assert shop.do(clear_expired, ClearExpired()) == 1 and shop.rows("keys") == []
