"""Signing up, logging in, changing a password: with real hashing, as cheap as it can be made."""

from __future__ import annotations

import pytest

from adapters.passwords.argon2 import Argon2Passwords
from domain.errors import EmailTaken, InvalidCredentials, WeakPassword
from domain.users import Email
from service_layer.visitor import Visitor
from tests.kit.door import ADA, CHEAP, HERS, Door
from tests.kit.shop import Shop


class TestSignUp:
    def test_whoever_signs_up_has_one_empty_account_and_no_session(self, shop: Shop, door: Door):
        user = door.sign_up()

        (account,) = user.accounts
        assert (user.name, user.email, account.currency, account.balance.amount) == ("Ada", "ada@example.com", "EUR", 0)
        assert shop.events == ["UserRegistered"] and shop.rows("sessions") == []

    def test_the_password_is_kept_as_a_hash_only(self, shop: Shop, door: Door):
        door.sign_up()

        (user,) = shop.rows("users")
        assert user["password_hash"].startswith("$argon2id$") and HERS not in repr(shop.books())

    @pytest.mark.parametrize("password", ["password123", "ada@example.com", "Ada"])
    def test_what_everybody_guesses_is_refused(self, shop: Shop, door: Door, password: str):
        with shop.refuses(WeakPassword) as refusal:
            door.sign_up(password=password)

        assert refusal.value.detail and password not in refusal.value.detail

    def test_an_address_is_taken_however_it_is_written(self, shop: Shop, door: Door):
        door.sign_up()

        with shop.refuses(EmailTaken):
            door.sign_up(Email("ADA@Example.com"))


class TestLogIn:
    @pytest.mark.parametrize("email", [ADA, Email("Ada@EXAMPLE.com")])
    def test_the_right_password_begins_a_session(self, shop: Shop, door: Door, email: Email):
        user, browser = door.sign_up(), Visitor()

        seen = door.log_in(browser, email)

        assert seen.user_id == user.id and browser.renewed and shop.session(browser).user_id == user.id

    def test_a_wrong_password_and_an_unknown_address_are_told_the_same(self, shop: Shop, door: Door):
        door.sign_up()

        with shop.refuses(InvalidCredentials) as wrong:
            door.log_in(password="wrong-password")  # noqa: S106
        with shop.refuses(InvalidCredentials) as unknown:
            door.log_in(email=Email("nobody@example.com"))

        assert str(wrong.value) == str(unknown.value)

    def test_who_is_disabled_cannot_log_in(self, shop: Shop, door: Door):
        user = door.sign_up()
        with shop.unit() as uow:
            uow.users.get(user.id).disable(shop.clock.now())
            uow.commit()

        with shop.refuses(InvalidCredentials):
            door.log_in()

    def test_a_hash_of_yesterday_is_made_anew(self, shop: Shop, door: Door):
        door.sign_up()
        (before,) = shop.rows("users")
        stronger = Door(shop, hasher=Argon2Passwords(memory_cost=16, time_cost=1))

        stronger.log_in()
        (after,) = shop.rows("users")
        stronger.log_in()
        stronger.passwords.close()

        assert before["password_hash"] != after["password_hash"] and CHEAP.verify(HERS, after["password_hash"])
        assert shop.rows("users") == [after]

    def test_a_password_changed_since_it_was_checked_is_not_believed(self, shop: Shop, door: Door):
        user = door.sign_up()

        def meanwhile() -> None:
            with shop.unit() as uow:
                uow.users.get(user.id).change_password("$changed$")
                uow.commit()

        class Slow(Argon2Passwords):
            def verify(self, password: str, hashed: str | None) -> bool:
                meanwhile()
                return super().verify(password, hashed)

        slow = Door(shop, hasher=Slow(memory_cost=8, time_cost=1))
        with pytest.raises(InvalidCredentials):
            slow.log_in()
        slow.passwords.close()

        assert shop.rows("sessions") == []
