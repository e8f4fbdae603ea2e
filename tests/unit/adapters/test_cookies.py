"""Signed cookies: certified, and what the port alone does not show."""

from base64 import urlsafe_b64decode
from collections.abc import Sequence

import pytest

from adapters.conformance.cookies import NAME, NEW, OLD, PURPOSE, SESSION_ID, CookieSealContract, Seal
from adapters.cookies.encrypted import EncryptedCookies
from adapters.cookies.signed import SignedCookies
from adapters.cookies.switching import SwitchingCookies
from service_layer.ports.cookies import CookieSeal, Opened
from service_layer.ports.errors import SessionTooLarge


class TestSignedCookies(CookieSealContract):
    @pytest.fixture
    def make_seal(self) -> Seal:
        def make(secrets: Sequence[str], purpose: str) -> SignedCookies:
            return SignedCookies(NAME, secrets, purpose)

        return make


class TestEncryptedCookies(CookieSealContract):
    @pytest.fixture
    def make_seal(self) -> Seal:
        def make(secrets: Sequence[str], purpose: str) -> EncryptedCookies:
            return EncryptedCookies(NAME, secrets, purpose)

        return make

    def test_nobody_can_read_a_value(self, seal: CookieSeal) -> None:
        value = seal.seal(SESSION_ID)

        assert SESSION_ID not in value and SESSION_ID.encode() not in urlsafe_b64decode(value + "==")
        assert value != seal.seal(SESSION_ID)


class TestSwitchingCookies(CookieSealContract):
    @pytest.fixture
    def make_seal(self) -> Seal:
        def make(secrets: Sequence[str], purpose: str) -> SwitchingCookies:
            return SwitchingCookies(EncryptedCookies(NAME, secrets, purpose), SignedCookies(NAME, secrets, purpose))

        return make

    def test_what_was_sealed_the_old_way_opens_and_is_to_be_sealed_anew(self, seal: CookieSeal) -> None:
        assert seal.open(SignedCookies(NAME, [NEW], PURPOSE).seal(SESSION_ID)) == Opened(SESSION_ID, renew=True)


def test_a_value_that_is_encrypted_is_nothing_to_who_signs_and_the_other_way_round() -> None:
    signed, encrypted = SignedCookies(NAME, [NEW], PURPOSE), EncryptedCookies(NAME, [NEW], PURPOSE)

    assert signed.open(encrypted.seal(SESSION_ID)) is encrypted.open(signed.seal(SESSION_ID)) is None


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
