"""Many who want the same at once, from two processes on one PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.torture.races.pair import Pair, pair
from tests.torture.races.proof import ALONE, TOGETHER, last_units, opposite_orders, transfers


@pytest.fixture(scope="module")
def shops(postgres: str) -> Iterator[Pair]:
    with pair(TOGETHER) as shops:
        yield shops


def test_orders_for_the_same_things_in_opposite_order_never_meet_a_deadlock(postgres: str):
    with pair(ALONE) as shops:
        assert opposite_orders(shops, 200)


def test_the_last_hundred_units_are_sold_to_exactly_a_hundred_of_five_hundred(shops: Pair):
    assert last_units(shops, buyers=500, units=100)


def test_the_bank_has_the_same_total_whenever_it_is_counted(shops: Pair):
    assert transfers(shops, seconds=3)
