"""Double entry: money moves, and never appears or vanishes (L1, L2, L3)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.accounts import Account, Entry, Movement, SystemAccount, Transfer, TransferKind, move
from domain.errors import CurrencyMismatch, DomainError, InsufficientFunds, LawBroken, NotFound, OutOfRange
from domain.identifiers import AccountId, OrderId, TransferId, UserId
from domain.money import LARGEST_AMOUNT, Currency, Money

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
EUR, JPY = Currency("EUR"), Currency("JPY")
WHY = Movement(TransferId("t"), TransferKind.TRANSFER, NOON)
CLEARING, REVENUE = SystemAccount.CARD_CLEARING, SystemAccount.REVENUE


def account(balance: int = 0, *, name: str = "a", currency: Currency = EUR) -> Account:
    opened = Account.open(AccountId(name), UserId("ada"), currency, NOON)
    opened.balance = Money(balance, currency)
    return opened


@given(
    st.lists(st.integers(0, 1000), min_size=2, max_size=4),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 1500)), max_size=30),
)
def test_whatever_moves_the_books_stay_balanced(balances: list[int], moves: list[tuple[int, int, int]]):
    accounts = [account(balance, name=str(number)) for number, balance in enumerate(balances)]
    places: list[Account | SystemAccount] = [*accounts, CLEARING]
    entries: list[Entry] = []

    for source, target, amount in moves:
        before = [one.balance for one in accounts]
        try:
            transfer = move(places[source % len(places)], places[target % len(places)], Money(amount, EUR), WHY)
        except InsufficientFunds:
            assert [one.balance for one in accounts] == before
        else:
            entries += transfer.entries

    sums: Counter[str | None] = Counter()
    for entry in entries:
        sums[entry.account_id] += entry.amount.amount
    assert sum(entry.amount.amount for entry in entries) == 0
    for one, at_first in zip(accounts, balances, strict=True):
        assert one.balance.amount == at_first + sums[one.id] >= 0


def test_both_sides_say_what_moved_when_and_why():
    ada, why = account(10), Movement(TransferId("t"), TransferKind.ORDER, NOON, OrderId("o"))

    transfer = move(ada, REVENUE, Money(7, EUR), why)

    hers, ours = transfer.entries
    assert (hers.account_id, hers.system_account, hers.amount, hers.balance_after) == (
        "a",
        None,
        Money(-7, EUR),
        Money(3, EUR),
    )
    assert (ours.account_id, ours.system_account, ours.amount, ours.balance_after) == (
        None,
        REVENUE,
        Money(7, EUR),
        None,
    )
    assert hers.id != ours.id
    for entry in transfer.entries:
        assert (entry.transfer_id, entry.kind, entry.order_id, entry.created_at) == ("t", TransferKind.ORDER, "o", NOON)


@pytest.mark.parametrize(
    ("source", "target", "amount", "error"),
    [
        (account(10), account(0), Money(11, EUR), InsufficientFunds),
        (account(10), account(0, currency=JPY), Money(1, EUR), CurrencyMismatch),
        (account(10, currency=JPY), account(0), Money(1, EUR), CurrencyMismatch),
        (account(10, currency=JPY), account(0, currency=JPY), Money(1, EUR), CurrencyMismatch),
        (account(10), account(LARGEST_AMOUNT), Money(1, EUR), OutOfRange),
        (account(10), account(0), Money(0, EUR), LawBroken),
        (account(10), account(10), Money(-1, EUR), LawBroken),
    ],
)
def test_what_is_refused_has_moved_nothing(source: Account, target: Account, amount: Money, error: type[Exception]):
    before = source.balance, target.balance

    with pytest.raises(error):
        move(source, target, amount, WHY)

    assert (source.balance, target.balance) == before


def test_the_last_cent_may_go():
    ada = account(10)

    move(ada, REVENUE, Money(10, EUR), WHY)

    assert ada.balance == Money(0, EUR)


def test_a_signed_amount_is_posted_or_refused():
    ada = account(10)

    assert (ada.post(Money(-4, EUR)), ada.balance) == (Money(6, EUR), Money(6, EUR))
    with pytest.raises(InsufficientFunds):
        ada.post(Money(-7, EUR))

    assert ada.balance == Money(6, EUR)


def test_a_transfer_that_does_not_sum_to_zero_cannot_be_made():
    good = move(account(10), REVENUE, Money(7, EUR), WHY)
    yen = move(CLEARING, REVENUE, Money(7, JPY), WHY)

    for entries in (good.entries[:1], (good.entries[0], yen.entries[1]), ()):
        with pytest.raises(LawBroken):
            Transfer(TransferId("t"), entries)


def test_an_account_is_there_for_its_owner_only():
    account().require_owner(UserId("ada"))

    with pytest.raises(NotFound):
        account().require_owner(UserId("eve"))


def test_an_account_begins_empty_and_is_the_one_that_everybody_has():
    opened = Account.open(AccountId("a"), UserId("ada"), EUR, NOON)

    assert (opened.balance, opened.is_default, opened.version) == (Money(0, EUR), True, 1)
    assert issubclass(InsufficientFunds, DomainError) and not issubclass(LawBroken, DomainError)
