"""Accounts looked at, and money moved between them."""

from __future__ import annotations

import pytest

from domain.errors import (
    CurrencyMismatch,
    InsufficientFunds,
    LawBroken,
    NotFound,
    OutOfRange,
    SameAccount,
    Unauthenticated,
)
from domain.identifiers import AccountId
from domain.money import LARGEST_AMOUNT, Currency
from service_layer.commands import (
    BookDeposit,
    Deposit,
    ListAccounts,
    ListEntries,
    MoveMoney,
    SeeAccount,
    Settle,
    Verdict,
)
from service_layer.handlers.accounts import deposit, list_accounts, list_entries, see_account, transfer
from service_layer.handlers.payments import book_deposit, settle
from service_layer.records import InFlight
from service_layer.visitor import Visitor
from tests.kit.asking import VISA, eur
from tests.kit.service import Customer
from tests.kit.shop import Shop


def pay_in(shop: Shop, by: Customer, cents: int) -> InFlight:
    command = Deposit(account_id=by.account, amount=eur(cents), token=VISA, operation="POST deposits")
    in_flight = shop.do(deposit, command, by)
    assert isinstance(in_flight, InFlight)
    return in_flight


class TestTransfers:
    def test_money_moves_and_both_sides_have_an_entry(self, shop: Shop):
        ada, bob = shop.account(balance=10), shop.account()

        receipt = shop.transfer(ada, bob, 7)

        assert shop.balances() == {ada: 3, bob: 7} and shop.events == ["TransferPosted"]
        moved = [entry for entry in shop.rows("entries") if entry["transfer_id"] == receipt.id]
        assert [(entry["account_id"], entry["amount"], entry["balance_after"]) for entry in moved] == [
            (ada.account, eur(-7), eur(3)),
            (bob.account, eur(7), eur(7)),
        ]

    def test_a_refused_transfer_leaves_no_trace(self, shop: Shop):
        ada, bob = shop.account(balance=10), shop.account(balance=0)

        with pytest.raises(InsufficientFunds):
            shop.transfer(ada, bob, 11)

        assert shop.balances() == {ada: 10, bob: 0}
        assert shop.events == [] and shop.session(ada).preferences == {}

    def test_nobody_moves_somebody_elses_money(self, shop: Shop):
        ada, eve = shop.account(balance=10), shop.account()
        command = MoveMoney(source=ada.account, target=eve.account, amount=eur(1))

        with shop.refuses(NotFound, eve):
            shop.do(transfer, command, eve)
        stranger = Visitor()
        with shop.refuses(Unauthenticated, stranger):
            shop.do(transfer, command, stranger)

    @pytest.mark.parametrize("ghost", ["source", "target"])
    def test_there_must_be_two_accounts(self, shop: Shop, ghost: str):
        ada, bob = shop.account(balance=10), shop.account()
        ends = {"source": ada.account, "target": bob.account, ghost: AccountId("ghost")}

        with shop.refuses(NotFound, ada):
            shop.do(transfer, MoveMoney(**ends, amount=eur(1)), ada)

    def test_and_they_must_be_two(self, shop: Shop):
        ada = shop.account(balance=10)

        with shop.refuses(SameAccount, ada):
            shop.transfer(ada, ada, 1)

    def test_currencies_do_not_mix(self, shop: Shop):
        ada, bob = shop.account(balance=10), shop.account(currency=Currency("JPY"))

        with shop.refuses(CurrencyMismatch, ada):
            shop.transfer(ada, bob, 1)

    @pytest.mark.parametrize("cents", [0, -5])
    def test_money_moves_forwards_only(self, shop: Shop, cents: int):
        ada, bob = shop.account(balance=10), shop.account(balance=10)

        with shop.refuses(LawBroken, ada):
            shop.transfer(ada, bob, cents)

    @pytest.mark.parametrize("key", [None, "k"])
    def test_what_no_account_can_hold_stays_where_it_is(self, shop: Shop, key: str | None):
        ada, bob = shop.account(balance=10), shop.account(balance=LARGEST_AMOUNT)

        with pytest.raises(OutOfRange):
            shop.transfer(ada, bob, 1, key=key)

        assert shop.balances() == {ada: 10, bob: LARGEST_AMOUNT} and shop.events == []


class TestDeposits:
    def test_nobody_pays_into_somebody_elses_account(self, shop: Shop):
        ada, eve = shop.account(), shop.account()
        command = Deposit(account_id=ada.account, amount=eur(1), token=VISA, operation="POST deposits")

        with shop.refuses(NotFound, eve):
            shop.do(deposit, command, eve)

    def test_what_the_account_cannot_hold_is_refused_before_the_card_is_asked(self, shop: Shop):
        ada = shop.account(balance=LARGEST_AMOUNT)

        with shop.refuses(OutOfRange, ada):
            pay_in(shop, ada, 1)

    def test_what_it_cannot_hold_any_more_waits_for_a_person(self, shop: Shop):
        ada = shop.account(balance=LARGEST_AMOUNT - 1)
        first, second = pay_in(shop, ada, 1), pay_in(shop, ada, 1)
        for in_flight in (first, second):
            shop.do(settle, Settle.of(in_flight, Verdict.AUTHORIZED, ""), ada)

        answers = [shop.do(book_deposit, BookDeposit.of(in_flight), ada).unwrap() for in_flight in (first, second)]

        assert [answer.status for answer in answers] == ["posted", "pending"]  # type: ignore[union-attr]
        assert [payment["status"] for payment in shop.rows("payments")] == ["captured", "review"]
        assert shop.balance(ada) == LARGEST_AMOUNT and len(shop.rows("entries")) == 4


class TestLooking:
    def test_an_account_is_seen_by_its_owner(self, shop: Shop):
        ada = shop.account(balance=10)

        seen = shop.do(see_account, SeeAccount(account_id=ada.account), ada)

        assert (seen.id, seen.currency, seen.balance) == (ada.account, "EUR", eur(10))

    @pytest.mark.parametrize(("handler", "query"), [(see_account, SeeAccount), (list_entries, ListEntries)])
    def test_for_anybody_else_it_is_not_there(self, shop: Shop, handler, query):
        ada, eve = shop.account(), shop.account()
        page = {} if query is SeeAccount else {"after": None, "limit": 5}

        for by, account, error in (
            (eve, ada.account, NotFound),
            (ada, "ghost", NotFound),
            (Visitor(), ada.account, Unauthenticated),
        ):
            with pytest.raises(error):
                shop.do(handler, query(account_id=account, **page), by)

    def test_accounts_are_listed_page_by_page(self, shop: Shop):
        ada = shop.account(balance=10)

        first = shop.do(list_accounts, ListAccounts(after=None, limit=1), ada)
        rest = shop.do(list_accounts, ListAccounts(after=ada.account, limit=1), ada)

        assert [account.id for account in first.data] == [ada.account] and not first.has_more
        assert rest.data == [] and not rest.has_more
        with pytest.raises(Unauthenticated):
            shop.do(list_accounts, ListAccounts(after=None, limit=1), Visitor())

    def test_entries_are_listed_newest_first_page_by_page(self, shop: Shop):
        ada, bob = shop.account(balance=100), shop.account()
        for cents in (1, 2, 3):
            shop.transfer(ada, bob, cents)

        first = shop.do(list_entries, ListEntries(account_id=ada.account, after=None, limit=3), ada)
        rest = shop.do(list_entries, ListEntries(account_id=ada.account, after=first.data[-1].id, limit=3), ada)

        assert [entry.amount.amount for entry in first.data + rest.data] == [-3, -2, -1, 100]
        assert (first.has_more, rest.has_more) == (True, False)
