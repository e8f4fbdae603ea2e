"""The currency table against ISO 4217's landmarks and the CLDR data that `babel` carries."""

import pytest
from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_precision

from domain.currencies import _CODES_BY_EXPONENT, EXPONENTS

CLDR_WRITES_NO_DECIMALS = {
    "AFN": 2, "ALL": 2, "IQD": 3, "IRR": 2, "KPW": 2, "LAK": 2, "LBP": 2,
    "MGA": 2, "MMK": 2, "RSD": 2, "SOS": 2, "SYP": 2, "YER": 2,
}  # fmt: skip
"""ISO's exponent where CLDR has 0: the small coin exists in law, and nobody uses it any more."""

UNKNOWN_TO_CLDR = {"XAD"}
"""The Arab Monetary Fund's unit of account, in ISO 4217 since amendment 179 of May 2025."""

WITHOUT_MINOR_UNIT = {"XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"}
NOT_ISO = {"CNH"}
WITHDRAWN_SINCE_CLDR = {"BGN"}


@pytest.mark.parametrize("code", sorted(EXPONENTS.keys() - CLDR_WRITES_NO_DECIMALS.keys()))
def test_an_exponent_is_the_one_cldr_has(code: str) -> None:
    assert EXPONENTS[code] == get_currency_precision(code)


@pytest.mark.parametrize(("code", "exponent"), CLDR_WRITES_NO_DECIMALS.items())
def test_where_cldr_writes_no_decimals_iso_wins(code: str, exponent: int) -> None:
    assert EXPONENTS[code] == exponent
    assert get_currency_precision(code) == 0


def test_every_currency_in_use_somewhere_is_listed_and_no_metal() -> None:
    in_use = {
        code
        for currencies in get_global("territory_currencies").values()
        for code, _since, until, _tender in currencies
        if until is None
    }

    assert in_use - EXPONENTS.keys() == WITHOUT_MINOR_UNIT | NOT_ISO | WITHDRAWN_SINCE_CLDR


def test_every_listed_currency_has_a_name() -> None:
    assert EXPONENTS.keys() - Locale("en").currencies.keys() == UNKNOWN_TO_CLDR


def test_a_code_is_listed_once_and_is_three_capitals() -> None:
    listed = [code for codes in _CODES_BY_EXPONENT.values() for code in codes.split()]

    assert sorted(listed) == sorted(EXPONENTS)
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in listed)


@pytest.mark.parametrize(
    ("code", "exponent"),
    [("EUR", 2), ("HUF", 2), ("JPY", 0), ("ISK", 0), ("KWD", 3), ("CLP", 0), ("CLF", 4), ("UYW", 4)],
)
def test_the_landmarks(code: str, exponent: int) -> None:
    assert EXPONENTS[code] == exponent


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        EXPONENTS["EUR"] = 3  # type: ignore[index]  # that it refuses is the point
