"""Failed attempts: counted in a window that moves, durably, and of each account and address apart."""

from datetime import timedelta

import pytest

from adapters.attempts.limited import Limit
from domain.users import Email
from service_layer.attempts import TooManyAttempts, source
from service_layer.commands import ClearExpired, CountAttempt, ForgiveAttempt
from service_layer.handlers.attempts import count_attempt, forgive_attempt
from service_layer.handlers.sessions import clear_expired
from service_layer.kinds import ATTEMPTS
from tests.kit.shop import Shop

ADA, BOB = Email("ada@example.com"), Email("bob@example.com")
HERE, THERE = "192.0.2.1", "198.51.100.1"


def fail(shop: Shop, account: Email = ADA, address: str = HERE) -> None:
    """Three a minute are allowed."""
    shop.do(count_attempt, CountAttempt(account=account, address=address, limit=Limit(3, 60)))


def forgive(shop: Shop, account: Email = ADA, address: str = HERE) -> None:
    shop.do(forgive_attempt, ForgiveAttempt(account=account, address=address))


def wait(shop: Shop, account: Email = ADA, address: str = HERE) -> int:
    """Seconds until the next attempt; one that is allowed is taken back."""
    try:
        fail(shop, account, address)
    except TooManyAttempts as refusal:
        return refusal.retry_after
    forgive(shop, account, address)
    return 0


def kept(shop: Shop) -> int:
    transaction = shop.kept_in.begin(write=False)
    try:
        return len(transaction.page(ATTEMPTS, None, "", None, 100))
    finally:
        transaction.rollback()


def test_one_more_than_allowed_waits_until_the_first_is_forgotten(shop: Shop) -> None:
    for _ in range(3):
        assert wait(shop) == 0
        fail(shop)
        shop.wait_a_while(seconds=10)

    assert wait(shop) == 30
    shop.wait_a_while(seconds=29.5)
    assert wait(shop) == 1
    shop.wait_a_while(seconds=0.5)
    assert wait(shop) == 0


def test_the_window_moves(shop: Shop) -> None:
    for seconds in (0, 40, 10):
        shop.wait_a_while(seconds=seconds)
        fail(shop)
    shop.wait_a_while(seconds=10)
    assert wait(shop) == 0

    fail(shop)

    assert wait(shop) == 40


def test_account_and_address_are_counted_apart(shop: Shop) -> None:
    for _ in range(3):
        fail(shop)

    assert wait(shop, ADA, THERE) == wait(shop, BOB, HERE) == 60
    assert wait(shop, BOB, THERE) == 0


def test_both_counters_say_where_they_stand(shop: Shop) -> None:
    for _ in range(3):
        fail(shop)

    with pytest.raises(TooManyAttempts) as refusal:
        fail(shop, address=THERE)

    assert [(one.policy, one.left, one.wait) for one in refusal.value.standings] == [
        ("account", 0, 60),
        ("address", 3, 0),
    ]


def test_what_is_refused_is_not_counted(shop: Shop) -> None:
    for _ in range(3):
        fail(shop)
    shop.wait_a_while(seconds=30)

    for _ in range(10):
        assert wait(shop) == 30


def test_what_was_no_failure_counts_no_longer_and_leaves_nothing(shop: Shop) -> None:
    for _ in range(3):
        fail(shop)
    for _ in range(5):
        forgive(shop)

    assert wait(shop) == 0 and kept(shop) == 0


def test_case_and_the_rest_of_a_network_make_no_other_account_or_address(shop: Shop) -> None:
    fail(shop, Email("ADA@example.com"), "2001:db8::1")
    fail(shop, Email("Ada@Example.com"), "2001:db8::ffff")

    assert kept(shop) == 2
    assert source("2001:db8::1") == "2001:db8::/64" and source(HERE) == HERE and source("unix:") == "unix:"


def test_what_is_kept_names_nobody(shop: Shop) -> None:
    fail(shop)

    transaction = shop.kept_in.begin(write=False)
    (one, other) = transaction.page(ATTEMPTS, None, "", None, 100)
    transaction.rollback()
    assert not any(word in repr([vars(one), vars(other)]) for word in ("ada", "192.0.2.1"))


def test_what_is_out_of_the_window_is_cleared_away_with_the_sessions(shop: Shop) -> None:
    fail(shop)
    shop.wait_a_while(seconds=30)
    fail(shop, BOB, THERE)
    shop.clock.advance(timedelta(seconds=30))

    assert shop.do(clear_expired, ClearExpired()) == 2 and kept(shop) == 2
