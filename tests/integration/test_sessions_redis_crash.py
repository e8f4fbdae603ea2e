"""Whoever dies round the commit leaves Redis behind the database, never ahead of it; the relay makes up for it."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.sql.schema import migrate
from adapters.sql.store import SqlStore
from tests.kit.redis_shop import RedisShop
from tests.kit.service import Customer

DIED = 9
Deed = Callable[[RedisShop, Customer], None]


def prefer_dark(shop: RedisShop, ada: Customer) -> None:
    shop.prefer(ada, "dark")


def log_out(shop: RedisShop, ada: Customer) -> None:
    shop.log_out(ada)


def die(database: str, redis_url: str, step: str, ada: Customer, deed: Deed) -> None:
    """In a process of its own, at the very moment: nothing gets to clean up."""
    shop = RedisShop(SqlStore(database), redis_url)
    shop.faults.at(step, lambda: os._exit(DIED))
    if step == "told":
        shop.told._copies.put = lambda copies: os._exit(DIED)  # type: ignore[method-assign]  # as kill -9 would
    deed(shop, ada)


@pytest.fixture
def database(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    migrate(url)
    return url


@pytest.fixture
def shop(database: str, redis_url: str) -> Iterator[RedisShop]:
    store = SqlStore(database)
    shop = RedisShop(store, redis_url)
    yield shop
    shop.close()
    store.close()


def see_somebody_die(database: str, redis_url: str, step: str, ada: Customer, deed: Deed) -> None:
    process = multiprocessing.get_context("spawn").Process(target=die, args=(database, redis_url, step, ada, deed))
    process.start()
    process.join(60)
    assert process.exitcode == DIED


@pytest.mark.parametrize("deed", [prefer_dark, log_out])
def test_who_dies_before_the_commit_has_changed_nothing_anywhere(
    database: str, redis_url: str, shop: RedisShop, deed: Deed
):
    ada = shop.account()
    before, rows = shop.copy_of(ada), shop.rows("sessions")

    see_somebody_die(database, redis_url, "commit", ada, deed)

    assert (shop.copy_of(ada), shop.rows("sessions")) == (before, rows)
    assert shop.deliver() == 1 and shop.copy_of(ada) == before


def test_who_dies_between_the_commit_and_redis_leaves_it_to_the_relay(database: str, redis_url: str, shop: RedisShop):
    ada = shop.account()
    before = shop.copy_of(ada)

    see_somebody_die(database, redis_url, "told", ada, prefer_dark)

    assert shop.copy_of(ada) == before and shop.theme_read(ada) is None  # behind, as its limits say
    (row,) = shop.rows("sessions")
    assert (row["version"], row["preferences"]) == (2, '{"theme":"dark"}')
    assert shop.deliver() == 2 and shop.theme_read(ada) == "dark"


def test_a_log_out_whose_process_died_ends_the_writing_at_once_and_the_reading_with_the_relay(
    database: str, redis_url: str, shop: RedisShop
):
    ada = shop.account()

    see_somebody_die(database, redis_url, "told", ada, log_out)

    assert shop.rows("sessions") == []
    assert (shop.reads_as(ada), shop.writes_as(ada)) == (ada.user, None)
    shop.deliver()
    assert shop.reads_as(ada) is None
