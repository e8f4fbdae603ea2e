"""How the service bears its years: throughput and a page of orders, in a young shop and in one of millions."""

import os
import time
from dataclasses import dataclass
from statistics import median

from benchmarks.cases import BUSY
from benchmarks.http_client import Client, together
from benchmarks.jobs import Visitor
from benchmarks.measurement import Measurement
from benchmarks.past.loading import load_past
from benchmarks.rounds import Pace
from benchmarks.targets.lockstep import Lockstep

PAGE = 20
PAGES = 200
BUYER = "SELECT owner_id FROM orders GROUP BY owner_id ORDER BY count(*) DESC LIMIT 1"
"""The one with the most orders."""


@dataclass(frozen=True, kw_only=True)
class Growth:
    """A young and an old shop, round by round; pages in milliseconds, of a buyer who has `orders_of_one`."""

    orders: int
    young: list[Measurement]
    old: list[Measurement]
    orders_of_one: int
    first_page: float
    last_page: float


def grown(targets: list[Lockstep], rows: int) -> list[Lockstep]:
    """A second shop beside each, with the same people and so many orders in all. The targets are prepared."""
    shops = together(lambda target: grown_one(target, rows), targets, threads=max(1, len(targets)))
    os.sync()  # what is still to be written would be so in the middle of a measurement
    return shops


def grown_one(young: Lockstep, rows: int) -> Lockstep:
    old = young.beside("old")
    load_past(old.storage, rows)
    return old


def growth(young: Lockstep, old: Lockstep, pace: Pace) -> Growth:
    """One after the other in each round, and both in a new process."""
    orders, pairs = old.orders(), list[tuple[Measurement, Measurement]]()
    owner = old.storage.value(BUYER)
    number = old.storage.number(f"SELECT count(*) FROM orders WHERE owner_id = '{owner}'")  # noqa: S608 (our own id)
    for _ in range(pace.rounds):
        young.start()
        one = measured(young, pace)
        old.storage.settle()
        old.start_as_it_is()
        pairs.append((one, measured(old, pace)))
    old.start_as_it_is()
    try:
        first, last = pages(old, owner)
    finally:
        old.stop()
    return Growth(
        orders=orders,
        young=[one for one, _ in pairs],
        old=[other for _, other in pairs],
        orders_of_one=number,
        first_page=first,
        last_page=last,
    )


def measured(target: Lockstep, pace: Pace) -> Measurement:
    """The target is started; stops it."""
    try:
        return target.measure(BUSY, pace.seconds, pace.warmup)
    finally:
        target.stop()


def pages(target: Lockstep, owner: str) -> tuple[float, float]:
    """How long the first and the last page of somebody's orders take, in turn."""
    client = Client(target.port)
    visitor = next(each for each in target.visitors if user_of(client, each) == owner)
    first = f"/orders/?limit={PAGE}"
    last = f"{first}&starting_after={before_the_last_page(target, owner)}"
    times = [(milliseconds(client, first, visitor), milliseconds(client, last, visitor)) for _ in range(PAGES)]
    return median(one for one, _ in times), median(other for _, other in times)


def user_of(client: Client, visitor: Visitor) -> str:
    return client.send("GET", "/session", headers=visitor).body["user_id"]


def before_the_last_page(target: Lockstep, owner: str) -> str:
    whose = f"SELECT id FROM orders WHERE owner_id = '{owner}'"  # noqa: S608 (our own id)
    return target.storage.value(f"{whose} ORDER BY id LIMIT 1 OFFSET {PAGE}")


def milliseconds(client: Client, path: str, visitor: Visitor) -> float:
    """Raises `ValueError` at a page that is not full."""
    begin = time.perf_counter()
    page = client.send("GET", path, headers=visitor).body
    taken = (time.perf_counter() - begin) * 1e3
    if len(page["data"]) != PAGE:
        raise ValueError(f"{path} has {len(page['data'])} orders")
    return taken
