"""Amounts of money: integers of minor units, each with its currency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from domain.currencies import EXPONENTS
from domain.errors import CurrencyMismatch, OutOfRange

LARGEST_AMOUNT = 10**17  # a hundred of them still fit a 64-bit column


class Currency(str):
    """An ISO 4217 alphabetic code, such as `EUR`. Raises `ValueError` for anything else."""

    __slots__ = ()

    def __new__(cls, code: str) -> Self:
        if code not in EXPONENTS:
            raise ValueError("currency takes an active ISO 4217 code, such as EUR")
        return super().__new__(cls, code)

    @property
    def exponent(self) -> int:
        """How many decimals the minor unit has: 2 for EUR, 0 for JPY, 3 for KWD."""
        return EXPONENTS[self]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of one currency; never a float."""

    amount: int
    currency: Currency

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError("an amount is a whole number of minor units")
        if not -LARGEST_AMOUNT <= self.amount <= LARGEST_AMOUNT:
            raise OutOfRange("an amount", LARGEST_AMOUNT)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.amount * times, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __str__(self) -> str:
        """For people: `12.00 EUR`."""
        exponent = self.currency.exponent
        digits = str(abs(self.amount)).rjust(exponent + 1, "0")
        whole, decimals = (digits[:-exponent], "." + digits[-exponent:]) if exponent else (digits, "")
        return f"{'-' if self.amount < 0 else ''}{whole}{decimals} {self.currency}"

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.amount


def total_of(amounts: list[Money]) -> Money:
    """The sum of at least one amount. Raises `CurrencyMismatch` where they differ in currency."""
    total, *rest = amounts
    for amount in rest:
        total = total + amount
    return total
