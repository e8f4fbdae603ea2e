"""The clocks and the ids, real and fixed."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from adapters.system.clock import SystemClock
from adapters.system.fixed import NOON, CountingIds, FixedClock
from adapters.system.ids import Uuid7Ids
from service_layer.ports.ids import Ids


def test_the_clock_tells_the_time_in_utc() -> None:
    before = datetime.now(UTC)

    now = SystemClock().now()

    assert before <= now <= datetime.now(UTC) and now.utcoffset() == timedelta(0)


def test_a_fixed_clock_moves_when_it_is_told_to() -> None:
    clock = FixedClock()

    assert clock.now() == clock.now() == NOON
    assert clock.advance(timedelta(seconds=90)) == clock.now() == NOON + timedelta(seconds=90)
    clock.advance(timedelta(seconds=-90))
    assert clock.now() == NOON
    clock.set(datetime(2027, 1, 1, tzinfo=UTC))
    assert clock.now() == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("ids", [Uuid7Ids(), CountingIds()], ids=["real", "counting"])
def test_ids_are_uuids_of_version_7_and_later_ones_sort_behind(ids: Ids) -> None:
    made = [ids.new() for _ in range(1000)]

    assert made == sorted(set(made))
    assert all(str(UUID(one)) == one and UUID(one).version == 7 for one in made)


@pytest.mark.parametrize("ids", [Uuid7Ids(), CountingIds()], ids=["real", "counting"])
def test_secrets_are_256_bits_in_base64url(ids: Ids) -> None:
    made = {ids.secret() for _ in range(100)}

    assert len(made) == 100 and all(re.fullmatch(r"[A-Za-z0-9_-]{43}", secret) for secret in made)


def test_threads_never_share_an_id() -> None:
    ids = Uuid7Ids()

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: ids.new(), range(8000)))

    assert len(set(made)) == 8000


def test_counting_ids_are_the_same_each_time() -> None:
    one, other = CountingIds(), CountingIds()

    assert [one.new(), one.secret(), one.new()] == [other.new(), other.secret(), other.new()]
