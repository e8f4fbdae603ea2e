"""Guessing at passwords, changing one, and waiting for one to be hashed."""

from __future__ import annotations

import asyncio
import threading

import pytest

from adapters.passwords.argon2 import Argon2Passwords
from domain.errors import InvalidCredentials, Stale, Unauthenticated, WeakPassword
from domain.users import Email
from service_layer.flows.identity import TooManyAttempts
from service_layer.passwords import Passwords
from service_layer.ports.errors import Unavailable
from service_layer.visitor import Visitor
from tests.kit.door import CHEAP, HERS, NEW, Door
from tests.kit.shop import Shop


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

        async def one() -> str:
            with passwords.place():
                return await passwords.hash(HERS)

        async def three() -> list[object]:
            waiting = [asyncio.ensure_future(one()) for _ in range(2)]
            await asyncio.sleep(0)
            with pytest.raises(Unavailable), passwords.place():
                await passwords.verify(HERS, None)
            busy.set()
            return await asyncio.gather(*waiting)

        hashes = asyncio.run(three())
        passwords.close()

        assert all(CHEAP.verify(HERS, str(hashed)) for hashed in hashes) and hashing.is_set()
