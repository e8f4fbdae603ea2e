"""Two processes' lanes want the same rows all the time: they wait for each other in one order, so never for ever."""

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import pytest

from adapters.sql.schema import migrate
from adapters.sql.store import SqlStore
from adapters.system.ids import Uuid7Ids
from service_layer.group import Group, Job, Outcome
from service_layer.handlers.orders import place_order
from service_layer.idempotency import Answer
from service_layer.lane import Lane
from tests.harness.postgres import fresh_database
from tests.kit.asking import buying
from tests.kit.shop import Customer, Shop

ORDERS = 60  # of each
SKUS = ("ale", "bun", "cod", "dip")


def jobs(shop: Shop, by: Customer, skus: Sequence[str]) -> list[Job]:
    """Each an order of one of everything, in a transaction of its own."""
    return [shop.job(place_order, buying(dict.fromkeys(skus, 1)), by) for _ in range(ORDERS)]


@pytest.fixture
def url(postgres: str) -> Iterator[str]:
    """A database with the schema and nothing else."""
    with fresh_database() as url:
        migrate(url)
        yield url


def test_orders_of_the_same_things_never_deadlock(url: str):
    stores = SqlStore(url), SqlStore(url)
    shop = Shop(store=stores[0], ids=Uuid7Ids())
    for sku in SKUS:
        shop.product(sku, price=1, on_hand=10 * ORDERS)
    ada, bob = shop.account(balance=1000), shop.account(balance=1000)
    lanes = [Lane(Group(store, shop.keeping, write=True), most=1) for store in stores]
    outcomes: list[Outcome] = []

    for lane, by, skus in zip(lanes, (ada, bob), (SKUS, SKUS[::-1]), strict=True):
        for job in jobs(shop, by, skus):
            lane.submit(job, outcomes.append)
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.stop()
    for store in stores:
        store.close()

    assert [told(outcome) for outcome in outcomes] == ["confirmed"] * 2 * ORDERS
    assert deadlocks(url) == 0


def told(outcome: Outcome) -> Any:
    return outcome.result.unwrap().status if isinstance(outcome.result, Answer) else outcome.error


def deadlocks(url: str) -> int:
    """That the server had to end, and the lanes' second attempts have hidden."""
    with psycopg.connect(url) as connection:
        asked = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        (count,) = connection.execute(asked).fetchone() or (None,)
        return int(count or 0)
