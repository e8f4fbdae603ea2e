"""Signing up, logging in, changing a password: with real hashing, as cheap as it can be made."""

from __future__ import annotations

import asyncio
import threading

import pytest

from adapters.attempts.limited import Limit, LimitedAttempts
from adapters.passwords.argon2 import Argon2Passwords
from adapters.passwords.common import CommonPasswords
from domain.errors import EmailTaken, InvalidCredentials, Stale, Unauthenticated, WeakPassword
from domain.users import Email
from service_layer.flows.identity import Identity, TooManyAttempts
from service_layer.passwords import Passwords
from service_layer.ports.errors import Unavailable
from service_layer.visitor import Visitor
from tests.kit.service import By
from tests.kit.shop import Shop

ADA, HERS, NEW = Email("ada@example.com"), "a-long-and-uncommon-phrase", "another-uncommon-phrase"
CHEAP = Argon2Passwords(memory_cost=8, time_cost=1)


class Door:
    """Where people come in, each from an address of their own."""

    def __init__(self, shop: Shop, attempts: str = "3/minute", hasher: Argon2Passwords = CHEAP) -> None:
        self.shop = shop
        self.passwords = Passwords(hasher, threads=1)
        limited = LimitedAttempts(Limit.parse(attempts), shop.clock)
        self.identity = Identity(self.passwords, CommonPasswords(), limited)

    def sign_up(self, email: Email = ADA, password: str = HERS, name: str = "Ada"):
        return self.shop.wait(self.identity.sign_up(self.shop.run_for(Visitor()), name, email, password))

    def log_in(self, by: By = None, email: Email = ADA, password: str = HERS, address: str = "192.0.2.1"):
        return self.shop.wait(self.identity.log_in(self.shop.run_for(by or Visitor()), email, password, address))

    def change(self, by: Visitor, current: str = HERS, new: str = NEW, address: str = "192.0.2.1") -> None:
        self.shop.wait(self.identity.change_password(self.shop.run_for(by), current, new, address))


@pytest.fixture
def door(shop: Shop):
    door = Door(shop)
    yield door
    door.passwords.close()


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


class TestGuessing:
    def test_an_account_can_be_guessed_at_a_few_times_only(self, shop: Shop, door: Door):
        door.sign_up()
        for number in range(3):
            with pytest.raises(InvalidCredentials):
                door.log_in(password="wrong-password", address=f"192.0.2.{number}")  # noqa: S106

        with shop.refuses(TooManyAttempts) as refusal:
            door.log_in(address="198.51.100.1")
        shop.wait_a_while(seconds=refusal.value.retry_after)

        assert door.log_in(address="198.51.100.1").user_id and 0 < refusal.value.retry_after <= 60

    def test_an_address_can_guess_a_few_times_only_whoever_it_guesses_at(self, shop: Shop, door: Door):
        door.sign_up()
        for number in range(3):
            with pytest.raises(InvalidCredentials):
                door.log_in(email=Email(f"nobody-{number}@example.com"))

        with pytest.raises(TooManyAttempts):
            door.log_in()
        assert door.log_in(address="198.51.100.1").user_id

    def test_a_right_password_is_no_attempt(self, door: Door):
        door.sign_up()

        for _ in range(5):
            assert door.log_in().user_id

    def test_an_unknown_address_is_counted_too(self, door: Door):
        nobody = Email("nobody@example.com")
        for number in range(3):
            with pytest.raises(InvalidCredentials):
                door.log_in(email=nobody, address=f"192.0.2.{number}")

        with pytest.raises(TooManyAttempts):
            door.log_in(email=nobody, address="198.51.100.1")


class TestChange:
    def test_a_new_password_ends_all_other_sessions_and_renews_this_one(self, shop: Shop, door: Door):
        door.sign_up()
        here, there = Visitor(), Visitor()
        door.log_in(here)
        door.log_in(there)
        stolen = Visitor(cookie=here.cookie)

        door.change(here)

        assert shop.session(here).user_id and shop.session(there).user_id is shop.session(stolen).user_id is None
        assert len(shop.rows("sessions")) == 1 and shop.events == ["UserRegistered", "PasswordChanged"]
        assert door.log_in(password=NEW).user_id
        with pytest.raises(InvalidCredentials):
            door.log_in()

    def test_it_takes_a_log_in(self, shop: Shop, door: Door):
        with shop.refuses(Unauthenticated):
            door.change(Visitor())

    def test_it_takes_the_current_password_and_counts_as_guessing(self, shop: Shop, door: Door):
        here = Visitor()
        door.sign_up()
        door.log_in(here)

        for _ in range(3):
            with shop.refuses(InvalidCredentials, here):
                door.change(here, current="wrong-password")
        with shop.refuses(TooManyAttempts, here):
            door.change(here)

    def test_it_takes_a_good_one(self, shop: Shop, door: Door):
        here = Visitor()
        door.sign_up()
        door.log_in(here)

        with shop.refuses(WeakPassword, here):
            door.change(here, new="password123")

    def test_of_two_changes_at_once_one_wins(self, shop: Shop, door: Door):
        door.sign_up()
        here, there = Visitor(), Visitor()
        door.log_in(here)
        door.log_in(there)
        both: list[BaseException | None] = []

        async def at_once() -> None:
            changes = [
                door.identity.change_password(shop.run_for(by), HERS, f"{NEW}-{number}", "192.0.2.1")
                for number, by in enumerate((here, there))
            ]
            both.extend(await asyncio.gather(*changes, return_exceptions=True))

        shop.wait(at_once())

        assert both[0] is None and isinstance(both[1], Stale | Unauthenticated)
        assert door.log_in(password=f"{NEW}-0").user_id


class TestQueue:
    def test_too_many_who_wait_are_sent_away_at_once(self):
        busy, hashing = threading.Event(), threading.Event()

        class Held(Argon2Passwords):
            def hash(self, password: str) -> str:
                if password == HERS:
                    hashing.set()
                    busy.wait(5)
                return super().hash(password)

        passwords = Passwords(Held(memory_cost=8, time_cost=1), threads=1, room=2)

        async def three() -> list[object]:
            waiting = [asyncio.ensure_future(passwords.hash(HERS)) for _ in range(2)]
            await asyncio.sleep(0)
            with pytest.raises(Unavailable):
                await passwords.verify(HERS, None)
            busy.set()
            return await asyncio.gather(*waiting)

        hashes = asyncio.run(three())
        passwords.close()

        assert all(CHEAP.verify(HERS, str(hashed)) for hashed in hashes) and hashing.is_set()
