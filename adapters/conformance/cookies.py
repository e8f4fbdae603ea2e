"""The contract of a cookie seal: what comes back is what went out, or nothing."""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import pytest

from service_layer.ports.cookies import CookieSeal, Opened
from service_layer.ports.errors import SessionTooLarge

NAME: Final = "__Host-session"
OLD: Final = "the-old-secret-of-32-bytes-or-more"
NEW: Final = "the-new-secret-of-32-bytes-or-more"
PURPOSE: Final = "session"
SESSION_ID: Final = "q5pUHO0Xf1mZq1d0d6g3bA4oVqk1mF0b8uYw2k3ZJ5s"
LARGEST: Final = 4096  # bytes of name, "=" and value

CONTENTS: Final = {
    "an id": SESSION_ID,
    "nothing": "",
    "JSON": '{"user_id":"ada","preferences":"{\\"theme\\": \\"dark; deep, \\\\\\\\ blue\\"}"}',
    "any script": '{"name":"Ada Łovelace 🦄","note":"\x00\x1f\x7f"}',
    "half a character": '{"name":"\ud800"}',
    "what looks encoded": "~abc",
    "what looks signed": f"{SESSION_ID}.{SESSION_ID}",
}
GARBAGE: Final = {
    "nothing": "",
    "a word": "garbage",
    "dots": "..",
    "a dot first": f".{SESSION_ID}",
    "a dot last": f"{SESSION_ID}.",
    "base64 that is none": "~~~.====",
    "quotes": '"quoted"',
    "percent signs": "%00%ff",
    "control characters": "\x00\r\n\t",
    "Latin-1": "\xff\xfe",
    "a lone surrogate": "x.\ud800",
    "too much": "x" * 10_240,
}

Seal: TypeAlias = Callable[[Sequence[str], str], CookieSeal]


def octets() -> set[str]:
    """What a cookie's value may hold (RFC 6265, section 4.1.1)."""
    return {chr(code) for code in range(0x21, 0x7F)} - set('",;\\')


class CookieSealContract:
    """Subclass it, say how a seal is made, and its tests are your certificate."""

    @pytest.fixture
    def make_seal(self) -> Seal:
        """Makes one for cookies called `NAME`, from secrets, newest first, and a purpose."""
        pytest.fail("a certificate says how its seal is made: override the fixture make_seal")

    @pytest.fixture
    def seal(self, make_seal: Seal) -> CookieSeal:
        return make_seal([NEW], PURPOSE)

    @pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
    def test_what_was_sealed_can_be_opened(self, seal: CookieSeal, content: str) -> None:
        assert seal.open(seal.seal(content)) == Opened(content, renew=False)

    @pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
    def test_a_value_has_only_what_a_cookie_may_have(self, seal: CookieSeal, content: str) -> None:
        assert set(seal.seal(content)) <= octets()

    @pytest.mark.parametrize("content", [SESSION_ID, CONTENTS["JSON"]], ids=["an id", "JSON"])
    def test_one_changed_character_is_one_too_many(self, seal: CookieSeal, content: str) -> None:
        value = seal.seal(content)

        for position, character in enumerate(value):
            for other in ("A", "B", "_", ".", "=", chr(ord(character) ^ 1)):
                if other != character:
                    assert seal.open(value[:position] + other + value[position + 1 :]) is None, position

    @pytest.mark.parametrize("length", range(len(SESSION_ID), len(SESSION_ID) + 49, 16))
    def test_a_value_has_one_spelling(self, seal: CookieSeal, length: int) -> None:
        """Whether base64 fills it up depends on its length, by blocks of 16 where it is encrypted."""
        value = seal.seal((SESSION_ID * 3)[:length])
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

        spellings = [value[:-1] + last for last in alphabet]
        spellings += [value + "=", value + "==", value + "A", f" {value}", f'"{value}"']
        spellings += [value[:-1], value.swapcase(), value * 2]

        assert [spelling for spelling in spellings if seal.open(spelling)] == [value]

    @pytest.mark.parametrize("value", GARBAGE.values(), ids=GARBAGE)
    def test_garbage_is_nothing_and_no_error(self, seal: CookieSeal, value: str) -> None:
        assert seal.open(value) is None

    def test_the_newest_secret_seals_and_older_ones_still_open(self, make_seal: Seal) -> None:
        before, during, after = make_seal([OLD], PURPOSE), make_seal([NEW, OLD], PURPOSE), make_seal([NEW], PURPOSE)

        assert during.open(before.seal(SESSION_ID)) == Opened(SESSION_ID, renew=True)
        assert during.open(during.seal(SESSION_ID)) == Opened(SESSION_ID, renew=False)
        assert after.open(during.seal(SESSION_ID)) == Opened(SESSION_ID, renew=False)
        assert after.open(before.seal(SESSION_ID)) is None
        assert before.open(during.seal(SESSION_ID)) is None

    def test_what_was_sealed_for_one_purpose_is_nothing_for_another(self, make_seal: Seal) -> None:
        for one, other in ((PURPOSE, "password-reset"), (PURPOSE, ""), (PURPOSE, f"{PURPOSE} "), ("", PURPOSE)):
            assert make_seal([NEW], other).open(make_seal([NEW], one).seal(SESSION_ID)) is None

    def test_no_secret_is_in_a_value(self, seal: CookieSeal) -> None:
        assert NEW not in seal.seal(SESSION_ID)

    def test_a_cookie_is_4096_bytes_at_most(self, seal: CookieSeal) -> None:
        longest = max(length for length in range(LARGEST) if _fits(seal, length))

        assert longest > 2000
        assert len(f"{NAME}={seal.seal('x' * longest)}") <= LARGEST
        assert seal.open(seal.seal("x" * longest)) == Opened("x" * longest, renew=False)
        for length in (longest + 1, LARGEST, 100_000):
            with pytest.raises(SessionTooLarge):
                seal.seal("x" * length)


def _fits(seal: CookieSeal, length: int) -> bool:
    try:
        seal.seal("x" * length)
    except SessionTooLarge:
        return False
    return True
