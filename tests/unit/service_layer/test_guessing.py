"""Guesses are counted before they are checked, so that none is free, and an outage costs nobody an attempt."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest

from adapters.attempts.limited import Limit
from adapters.passwords.argon2 import Argon2Passwords
from adapters.passwords.common import CommonPasswords
from domain.errors import InvalidCredentials
from domain.users import Email
from service_layer.commands import CountAttempt
from service_layer.flows.identity import Identity, TooManyAttempts
from service_layer.handlers.attempts import count_attempt
from service_layer.passwords import Passwords
from service_layer.ports.errors import Unavailable
from service_layer.visitor import Visitor
from tests.kit.shop import Shop

ADA, HERS = Email("ada@example.com"), "a-long-and-uncommon-phrase"


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    passwords = Passwords(Argon2Passwords(memory_cost=8, time_cost=1))
    yield passwords
    passwords.close()


@pytest.fixture
def identity(shop: Shop, passwords: Passwords) -> Identity:
    return Identity(passwords, CommonPasswords(), Limit(3, 60))


def test_guesses_sent_at_once_are_counted_one_by_one(shop: Shop, identity: Identity):
    async def rush() -> list[object]:
        runs = [shop.run_for(Visitor()) for _ in range(20)]
        guesses = (identity.log_in(run, ADA, f"guess-{n}", f"192.0.2.{n}") for n, run in enumerate(runs))
        return list(await asyncio.gather(*guesses, return_exceptions=True))

    answers = Counter(type(answer) for answer in shop.wait(rush()))

    assert answers == {InvalidCredentials: 3, TooManyAttempts: 17}


def test_right_passwords_sent_at_once_from_one_address_all_come_in(shop: Shop, identity: Identity):
    people = [Email(f"{name}@example.com") for name in range(12)]
    for person in people:
        shop.wait(identity.sign_up(shop.run_for(Visitor()), "Ada", person, HERS))

    async def rush() -> list[object]:
        come = (identity.log_in(shop.run_for(Visitor()), person, HERS, "192.0.2.1") for person in people)
        return list(await asyncio.gather(*come))

    assert len(shop.wait(rush())) == len(people)


def test_who_has_no_time_to_wait_for_those_before_is_refused(shop: Shop, identity: Identity):
    async def hurried() -> None:
        attempts = CountAttempt(account=ADA, address="192.0.2.1", limit=identity.attempts)
        for _ in range(3):
            await shop.run_for(Visitor())(count_attempt, attempts)
        with identity.checking.of(attempts.keys()), pytest.raises(TooManyAttempts):
            await identity.log_in(shop.run_for(Visitor(), seconds=0.05), ADA, HERS, "192.0.2.1")

    shop.wait(hurried())


def test_an_outage_is_nobodys_failure(shop: Shop, identity: Identity, passwords: Passwords):
    shop.wait(identity.sign_up(shop.run_for(Visitor()), "Ada", ADA, HERS))
    full = Passwords(Argon2Passwords(memory_cost=8, time_cost=1), room=0)

    for _ in range(5):
        with pytest.raises(Unavailable):
            shop.wait(
                Identity(full, identity.policy, identity.attempts).log_in(shop.run_for(Visitor()), ADA, HERS, "-")
            )

    assert shop.wait(identity.log_in(shop.run_for(Visitor()), ADA, HERS, "-")).user_id
    full.close()


def test_an_attempt_that_an_outage_cuts_short_is_taken_back(shop: Shop, identity: Identity):
    shop.wait(identity.sign_up(shop.run_for(Visitor()), "Ada", ADA, HERS))

    class Away(Argon2Passwords):
        def verify(self, password: str, hashed: str | None) -> bool:
            raise Unavailable

    away = Passwords(Away(memory_cost=8, time_cost=1))
    for _ in range(5):
        with pytest.raises(Unavailable):
            shop.wait(
                Identity(away, identity.policy, identity.attempts).log_in(shop.run_for(Visitor()), ADA, HERS, "-")
            )

    assert shop.wait(identity.log_in(shop.run_for(Visitor()), ADA, HERS, "-")).user_id
    away.close()
