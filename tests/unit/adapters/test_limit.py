<<<<<<< Updated upstream
"""Failed attempts: counted in a window that moves, in bounded memory."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from adapters.attempts.limited import Limit, LimitedAttempts
from adapters.system.fixed import FixedClock

ADA, BOB = "account ada@example.com", "account bob@example.com"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def attempts(clock: FixedClock) -> LimitedAttempts:
    """Three a minute."""
    return LimitedAttempts(Limit(3, 60), clock)
=======
"""How many attempts are allowed: the notation of a well-known library."""

import pytest

from adapters.attempts.limited import Limit
>>>>>>> Stashed changes


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
<<<<<<< Updated upstream


def test_as_many_as_allowed_cost_nothing(attempts: LimitedAttempts) -> None:
    assert attempts.wait(ADA) == 0

    for _ in range(2):
        attempts.failed(ADA)

    assert attempts.wait(ADA) == 0


def test_one_more_waits_until_the_first_is_forgotten(attempts: LimitedAttempts, clock: FixedClock) -> None:
    for _ in range(3):
        attempts.failed(ADA)
        clock.advance(timedelta(seconds=10))

    assert attempts.wait(ADA) == 30
    clock.advance(timedelta(seconds=29.5))
    assert attempts.wait(ADA) == 1
    clock.advance(timedelta(seconds=0.5))
    assert attempts.wait(ADA) == 0


def test_the_window_moves(attempts: LimitedAttempts, clock: FixedClock) -> None:
    for seconds in (0, 40, 10):
        clock.advance(timedelta(seconds=seconds))
        attempts.failed(ADA)
    clock.advance(timedelta(seconds=10))
    assert attempts.wait(ADA) == 0

    attempts.failed(ADA)

    assert attempts.wait(ADA) == 40


def test_nobody_pays_for_another(attempts: LimitedAttempts) -> None:
    for _ in range(5):
        attempts.failed(ADA)

    assert attempts.wait(ADA) > 0 and attempts.wait(BOB) == 0


def test_failures_while_waiting_make_it_no_shorter(attempts: LimitedAttempts, clock: FixedClock) -> None:
    for _ in range(3):
        attempts.failed(ADA)
    clock.advance(timedelta(seconds=30))

    attempts.failed(ADA)

    assert attempts.wait(ADA) >= 30


def test_what_was_no_failure_counts_no_longer(attempts: LimitedAttempts) -> None:
    for _ in range(3):
        attempts.failed(ADA)
    attempts.forgive(ADA)
    assert attempts.wait(ADA) == 0

    attempts.failed(ADA)
    assert attempts.wait(ADA) == 60
    for _ in range(5):
        attempts.forgive(ADA)
    attempts.forgive(BOB)

    assert attempts.wait(ADA) == attempts.wait(BOB) == 0


def test_looking_is_not_failing(attempts: LimitedAttempts) -> None:
    assert {attempts.wait(ADA) for _ in range(10)} == {0}


def test_there_is_room_for_so_many_and_the_longest_unheard_of_goes_first(clock: FixedClock) -> None:
    attempts = LimitedAttempts(Limit(1, 60), clock, room=3)
    for key in ("a", "b", "c", "a", "d"):
        attempts.failed(key)

    assert [key for key in "abcd" if attempts.wait(key)] == ["a", "c", "d"]


def test_what_is_out_of_the_window_takes_no_room(clock: FixedClock) -> None:
    attempts = LimitedAttempts(Limit(1, 60), clock, room=3)
    for key in ("a", "b", "c"):
        attempts.failed(key)
    clock.advance(timedelta(seconds=60))

    attempts.failed("d")

    assert [key for key in "abcd" if attempts.wait(key)] == ["d"]


def test_threads_lose_no_failure(clock: FixedClock) -> None:
    attempts = LimitedAttempts(Limit(800, 60), clock)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: attempts.failed(ADA), range(799)))

    assert attempts.wait(ADA) == 0
    attempts.failed(ADA)
    assert attempts.wait(ADA) == 60
=======
>>>>>>> Stashed changes
