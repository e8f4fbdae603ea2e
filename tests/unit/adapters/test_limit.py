"""How many attempts are allowed: the notation of a well-known library."""

import pytest

from adapters.attempts.limited import Limit


@pytest.mark.parametrize(
    ("notation", "limit"),
    [
        ("10/3 minutes", Limit(10, 180)),
        ("10 per 3 minutes", Limit(10, 180)),
        ("1000/minute", Limit(1000, 60)),
        ("5/hour", Limit(5, 3600)),
        ("1/second", Limit(1, 1)),
    ],
)
def test_the_notation_is_that_of_the_limits_library(notation: str, limit: Limit) -> None:
    assert Limit.parse(notation) == limit


@pytest.mark.parametrize(
    "notation", ["", "often", "10", "10/fortnight", "0/minute", "-1/minute", "5/second;10/minute", "10/0 minutes"]
)
def test_what_is_no_limit_is_refused(notation: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Limit.parse(notation)
