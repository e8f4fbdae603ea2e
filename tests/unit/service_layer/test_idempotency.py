"""One effect per caller and key: a repeat is answered as the first time, whatever that answer was."""

from __future__ import annotations

import pytest

from domain.errors import (
    CurrencyMismatch,
    DomainError,
    InsufficientFunds,
    InsufficientStock,
    NotFound,
    PriceChanged,
    Unauthenticated,
    UnknownSku,
)
from domain.identifiers import AccountId
from domain.money import Currency
from service_layer.commands import Deposit, LogOut
from service_layer.handlers.accounts import deposit
from service_layer.handlers.sessions import log_out
from service_layer.idempotency import Answer
from service_layer.visitor import Visitor
from tests.kit.asking import VISA, buying, eur
from tests.kit.shop import Shop


def placed(shop: Shop, by, command) -> Answer:
    answer = shop.place(by, command)
    assert isinstance(answer, Answer)
    return answer


class TestRepeats:
    def test_a_repeat_gets_the_same_receipt_and_nothing_happens_again(self, shop: Shop):
        ada = shop.account(balance=5000)
        shop.product(price=1200)
        first = placed(shop, ada, buying({"mug": 2}, key="k"))
        before = shop.books()

        again = placed(shop, ada, buying({"mug": 2}, key="k"))

        assert again.outcome == first.outcome and (first.replayed, again.replayed) == (False, True)
        assert shop.books() == before

    def test_a_repeat_sets_the_pointer_of_a_session_that_missed_the_answer(self, shop: Shop):
        ada = shop.account(balance=5000)
        shop.product()
        lost = Visitor(cookie=ada.browser.cookie)
        order = shop.order(ada, key="k")
        with shop.unit(lost) as uow:
            uow.session.last_order_id = None
            uow.commit()

        placed(shop, lost, buying({"mug": 1}, key="k"))

        assert shop.session(lost).last_order_id == order.id

    def test_the_order_of_the_items_makes_no_other_request(self, shop: Shop):
        ada = shop.account(balance=5000)
        shop.product("mug")
        shop.product("cup")

        placed(shop, ada, buying({"mug": 1, "cup": 1}, key="k"))

        assert placed(shop, ada, buying({"cup": 1, "mug": 1}, key="k")).replayed

    def test_without_a_key_each_request_is_one_of_its_own(self, shop: Shop):
        ada = shop.account(balance=5000)
        shop.product(price=1200)

        assert shop.order(ada).id != shop.order(ada).id
        assert shop.balance(ada) == 2600 and shop.rows("keys") == []

    def test_a_key_means_something_to_its_caller_only(self, shop: Shop):
        ada, bob = shop.account(balance=5000), shop.account(balance=5000)
        shop.product()

        assert shop.order(ada, key="k").id != shop.order(bob, key="k").id

    def test_a_key_means_something_to_its_operation_only(self, shop: Shop):
        ada, bob = shop.account(balance=5000), shop.account()
        shop.product(price=1200)

        shop.order(ada, key="k")
        shop.transfer(ada, bob, 100, key="k")

        assert (shop.balance(ada), shop.balance(bob)) == (3700, 100) and len(shop.rows("keys")) == 2

    def test_a_transfer_is_repeated_as_it_was(self, shop: Shop):
        ada, bob = shop.account(balance=5000), shop.account()

        assert shop.transfer(ada, bob, 100, key="k") == shop.transfer(ada, bob, 100, key="k")

        assert shop.balance(bob) == 100

    def test_nobody_uses_a_key_without_a_log_in(self, shop: Shop):
        ada = shop.account(balance=5000)
        shop.product()
        shop.order(ada, key="k")
        shop.do(log_out, LogOut(), ada)

        with pytest.raises(Unauthenticated):
            shop.order(ada, key="k")


class TestRefusals:
    @pytest.mark.parametrize(
        ("items", "expected", "error"),
        [
            ({"mug": 11}, None, InsufficientStock),
            ({"ghost": 1}, None, UnknownSku),
            ({"mug": 1}, eur(1), PriceChanged),
            ({"mug": 5}, None, InsufficientFunds),
            ({"yen": 1}, None, CurrencyMismatch),
        ],
    )
    def test_a_refusal_is_repeated_word_for_word_though_it_would_now_go_through(
        self, shop: Shop, items, expected, error
    ):
        ada, rich = shop.account(balance=5000), shop.account(balance=500_000)
        shop.product("mug", price=1200, on_hand=10)
        shop.product("yen", currency=Currency("JPY"))
        command = buying(items, expected=expected, key="k")

        first = placed(shop, ada, command).outcome
        shop.transfer(rich, ada, 400_000)
        again = placed(shop, ada, command)

        assert isinstance(first, error) and isinstance(again.outcome, error) and again.replayed
        assert (again.outcome.detail, again.outcome.members) == (first.detail, first.members)
        with pytest.raises(error):
            again.unwrap()

    def test_all_that_a_refusal_leaves_is_its_key(self, shop: Shop):
        ada = shop.account(balance=1000)
        shop.product(price=1200)
        before = shop.books()

        placed(shop, ada, buying({"mug": 1}, key="k"))

        after = shop.books()
        assert len(after.pop("keys")) == 1 and after == before and shop.session(ada).last_order_id is None

    def test_a_refused_transfer_keeps_its_key_too(self, shop: Shop):
        ada, bob = shop.account(balance=10), shop.account()

        for _ in range(2):
            with pytest.raises(InsufficientFunds):
                shop.transfer(ada, bob, 11, key="k")

        assert (shop.balance(ada), shop.balance(bob), len(shop.rows("keys"))) == (10, 0, 1)

    @pytest.mark.parametrize("key", [None, "k"])
    @pytest.mark.parametrize(
        ("account", "currency", "error"), [("ghost", "EUR", NotFound), (None, "USD", CurrencyMismatch)]
    )
    def test_a_deposit_that_cannot_be_is_refused(self, shop: Shop, key, account, currency, error):
        ada = shop.account()
        amount = eur(500) if currency == "EUR" else type(eur(500))(500, Currency(currency))
        command = Deposit(
            account_id=AccountId(account or ada.account), amount=amount, token=VISA, key=key, operation="POST deposits"
        )

        def outcome() -> DomainError | None:
            try:
                answer = shop.do(deposit, command, ada)
            except DomainError as refusal:
                return refusal
            assert isinstance(answer, Answer) and isinstance(answer.outcome, DomainError)
            return answer.outcome

        assert isinstance(outcome(), error) and shop.rows("payments") == []
