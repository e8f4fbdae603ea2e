"""People, what they type, and what they are told no to."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import errors
from domain.errors import DomainError
from domain.identifiers import UserId
from domain.text import one_line
from domain.users import Email, Role, User

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def ada() -> User:
    return User(
        id=UserId("u"),
        name="Ada",
        email=Email("ada@example.com"),
        password_hash="$hash$",  # noqa: S106
        registered_at=NOON,
    )


class TestText:
    @given(st.text())
    def test_a_line_is_clean_or_refused(self, text: str):
        try:
            line = one_line(text, what="name", longest=20)
        except ValueError:
            return

        assert 1 <= len(line) <= 20 and line == line.strip() == unicodedata.normalize("NFC", line)
        assert not {unicodedata.category(character) for character in line} & {"Cc", "Cs", "Zl", "Zp"}
        assert one_line(line, what="name", longest=20) == line

    @pytest.mark.parametrize(
        "text", ["", "   ", "a\x00b", "a\nb", "a\u2028b", "a\u2029b", "\ud800", "a\x7fb", "x" * 21]
    )
    def test_what_is_no_line_is_refused(self, text: str):
        with pytest.raises(ValueError, match="name "):
            one_line(text, what="name", longest=20)

    def test_the_same_name_is_the_same_text_however_it_was_typed(self):
        assert one_line(" Jose\u0301 ", what="name", longest=5) == "José"


class TestEmail:
    @pytest.mark.parametrize("other", ["ADA@EXAMPLE.COM", "Ada@Example.com", " ada@example.com "])
    def test_case_makes_no_other_address(self, other: str):
        one, two = Email("ada@example.com"), Email(other)

        assert one == two and hash(one) == hash(two) and one.key == two.key

    def test_it_is_kept_as_its_owner_wrote_it_and_not_shown_in_a_log(self):
        email = Email("Ada@Example.com")

        assert str(email) == email.address == "Ada@Example.com"
        assert "example" not in repr(email).lower() and email != "ada@example.com" and email != Email("a@example.com")

    @pytest.mark.parametrize(
        "address", ["", "ada", "@example.com", "ada@", "a da@example.com", "ada@exa mple.com", "a\n@b"]
    )
    def test_what_is_no_address_is_refused(self, address: str):
        with pytest.raises(ValueError, match="email "):
            Email(address)

    def test_it_is_no_longer_than_mail_can_be(self):
        assert Email("a" * 242 + "@example.com")
        with pytest.raises(ValueError, match="254"):
            Email("a" * 243 + "@example.com")


class TestUser:
    def test_a_user_may_be_renamed_but_not_to_nothing(self):
        user = ada()
        user.rename(" Lovelace ")

        assert user.name == "Lovelace"
        with pytest.raises(ValueError, match="name takes 1 to 200"):
            user.rename("x" * 201)

    def test_a_password_is_changed_and_shown_to_nobody(self):
        user = ada()
        user.change_password("$new$")

        assert user.password_hash == "$new$" and "$new$" not in repr(user)  # noqa: S105

    def test_a_role_is_granted_once(self):
        user = ada()
        user.grant(Role.STAFF)
        user.grant(Role.STAFF)

        assert user.roles == {Role.STAFF}

    def test_who_is_disabled_twice_was_disabled_the_first_time(self):
        user = ada()
        user.disable(NOON)
        user.disable(NOON + timedelta(days=1))

        assert user.disabled_at == NOON


class TestRefusals:
    ALL = (
        errors.Unauthenticated(), errors.Forbidden(), errors.NotFound("order"), errors.EmailTaken(),
        errors.InvalidCredentials(), errors.WeakPassword("Too easy."), errors.Stale(), errors.SkuTaken("mug"),
        errors.UnknownSku("mug"), errors.InsufficientStock("mug", 1), errors.InsufficientFunds(),
        errors.CurrencyMismatch("EUR", "JPY"), errors.OutOfRange("the stock", 1), errors.SameAccount(),
        errors.PriceChanged(1, "EUR"), errors.CardDeclined("x"), errors.InvalidTransition("a", "b"),
    )  # fmt: skip

    def test_each_has_a_code_of_its_own_and_says_something(self):
        assert len({refusal.code for refusal in self.ALL}) == len(self.ALL)
        assert {type(refusal) for refusal in self.ALL} == {
            kind for kind in DomainError.__subclasses__() if kind.__module__ == "domain.errors"
        }
        for refusal in self.ALL:
            assert refusal.detail == str(refusal) and refusal.detail.endswith(".")
            assert refusal.code == refusal.code.lower() and " " not in refusal.code
