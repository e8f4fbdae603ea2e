"""Money: whole minor units of one currency, exact whatever is done with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.currencies import EXPONENTS
from domain.errors import CurrencyMismatch, OutOfRange
from domain.money import LARGEST_AMOUNT, Currency, Money, total_of

EUR, JPY, KWD = Currency("EUR"), Currency("JPY"), Currency("KWD")
HALVES = st.integers(-LARGEST_AMOUNT // 2, LARGEST_AMOUNT // 2)
EUROS = st.builds(Money, HALVES, st.just(EUR))


@given(EUROS, EUROS)
def test_what_is_added_can_be_taken_away_again(one: Money, other: Money):
    assert one + other == other + one
    assert (one + other) - other == one
    assert one - other == one + (-other) and one + (-one) == Money(0, EUR)


@given(st.integers(-(10**6), 10**6), st.integers(-999, 999))
def test_so_many_times_is_so_many_additions(cents: int, times: int):
    assert (Money(cents, EUR) * times).amount == cents * times


@given(EUROS, EUROS)
def test_of_two_amounts_one_is_less_or_they_are_the_same(one: Money, other: Money):
    assert [one < other, other < one, one == other].count(True) == 1
    assert (one < other) == (one.amount < other.amount)


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1))
def test_a_total_is_the_sum(amounts: list[int]):
    assert total_of([Money(amount, EUR) for amount in amounts]) == Money(sum(amounts), EUR)


@given(st.integers(-LARGEST_AMOUNT, LARGEST_AMOUNT), st.sampled_from(sorted(EXPONENTS)).map(Currency))
def test_people_read_the_exact_amount(amount: int, currency: Currency):
    text, code = str(Money(amount, currency)).split()

    assert code == currency and Decimal(text) == Decimal(amount).scaleb(-currency.exponent)
    assert len(text.partition(".")[2]) == currency.exponent


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (1200, EUR, "12.00 EUR"),
        (-5, EUR, "-0.05 EUR"),
        (0, EUR, "0.00 EUR"),
        (500, JPY, "500 JPY"),
        (1, KWD, "0.001 KWD"),
    ],
)
def test_it_is_written_with_the_decimals_its_currency_has(amount: int, currency: Currency, text: str):
    assert str(Money(amount, currency)) == text


@pytest.mark.parametrize("amount", [1.0, "1", True, None, Decimal(1), float("nan")])
def test_an_amount_is_a_whole_number_and_nothing_else(amount: Any):
    with pytest.raises(TypeError, match="whole number"):
        Money(amount, EUR)


@pytest.mark.parametrize("sign", [1, -1])
def test_an_amount_stays_within_what_can_be_stored(sign: int):
    largest = Money(sign * LARGEST_AMOUNT, EUR)

    with pytest.raises(OutOfRange) as refusal:
        assert largest + Money(sign, EUR)
    with pytest.raises(OutOfRange):
        assert largest * 2

    assert refusal.value.members == {"largest": LARGEST_AMOUNT}


def test_currencies_do_not_mix():
    for mix in (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: total_of([a, b])):
        with pytest.raises(CurrencyMismatch):
            mix(Money(1, EUR), Money(1, JPY))

    assert Money(1, EUR) != Money(1, JPY)


@pytest.mark.parametrize("code", ["", "eur", "EURO", "XXX", "ABC", " EUR", "EUR\n"])
def test_a_currency_is_one_that_is_in_use(code: str):
    with pytest.raises(ValueError, match="ISO 4217"):
        Currency(code)


def test_money_never_changes():
    with pytest.raises(AttributeError):
        Money(1, EUR).amount = 2  # type: ignore[misc]

    assert len({Money(1, EUR), Money(1, EUR), Money(2, EUR)}) == 2
