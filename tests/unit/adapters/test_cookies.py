"""Signed cookies: certified, and what the port alone does not show."""

from collections.abc import Sequence

import pytest

from adapters.conformance.cookies import NAME, NEW, OLD, PURPOSE, SESSION_ID, CookieSealContract, Seal
from adapters.cookies.signed import SignedCookies
from service_layer.ports.errors import SessionTooLarge


class TestSignedCookies(CookieSealContract):
    @pytest.fixture
    def make_seal(self) -> Seal:
        def make(secrets: Sequence[str], purpose: str) -> SignedCookies:
            return SignedCookies(NAME, secrets, purpose)

        return make


def test_an_id_stands_in_the_cookie_as_it_is() -> None:
    value = SignedCookies(NAME, [NEW], PURPOSE).seal(SESSION_ID)

    assert value.startswith(f"{SESSION_ID}.") and len(value) == 43 + 1 + 43


def test_the_name_counts_towards_the_size() -> None:
    room = 4096 - 44

    assert len("a=" + SignedCookies("a", [NEW], PURPOSE).seal("x" * (room - 2))) == 4096
    with pytest.raises(SessionTooLarge):
        SignedCookies("ab", [NEW], PURPOSE).seal("x" * (room - 2))


def test_all_secrets_are_tried_from_new_to_old() -> None:
    oldest, *newer = [f"secret number {number}, of 32 bytes or more" for number in range(5)]
    value = SignedCookies(NAME, [oldest], PURPOSE).seal(SESSION_ID)

    opened = SignedCookies(NAME, [*reversed(newer), oldest, OLD], PURPOSE).open(value)

    assert opened is not None and opened.content == SESSION_ID and opened.renew
