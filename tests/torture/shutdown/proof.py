"""Whoever was let in is answered, whatever was acknowledged is there, and a rolling restart loses no request."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from adapters.sql.schema import migrate
from adapters.sql.store import SqlStore
from service_layer.kinds import ORDERS
from tests.harness.balancer import Balancer
from tests.harness.seeding import SECRET, Buyer, seed
from tests.harness.server import Server
from tests.torture.report import Report
from tests.torture.shutdown.customers import Customers

CUSTOMERS: Final = 16
DEADLINE: Final = 5  # seconds that a request has
GRACE: Final = DEADLINE + 3  # seconds within which a server is gone, and those that it waits for
HONEST: Final = {"201", "unavailable"}  # what a customer may hear while the server goes


def run(report: Report, *, quick: bool) -> str:
    told, rounds = Counter[str](), 2 if quick else 30
    for number in range(rounds):
        for workers in (1, 2):
            told += stop_under_load(workers)
            report.progress(f"stopped {number + 1} times under load, told {dict(told)}")
    rolled = rolling_restart(1 if quick else 10)
    return f"{rounds * 2} servers stopped under load, told {dict(told)}; {rolled}"


def stop_under_load(workers: int) -> Counter[str]:
    """One server with so many workers, told to stop while everybody is buying."""
    with shop(CUSTOMERS) as (settings, buyers, folder), Server(folder, "--workers", str(workers), **settings) as server:
        customers = Customers(server.port, buyers)
        exit_status, seconds = asyncio.run(_stop_among(customers, server))
        assert exit_status == 0 and seconds < GRACE, f"{exit_status} after {seconds:.1f} s: {server.tail()}"
        _nothing_lost(customers, settings["database_url"])
        assert customers.refused == CUSTOMERS
        assert "Traceback" not in server.log.read_text(), server.tail()
        return customers.told


async def _stop_among(customers: Customers, server: Server) -> tuple[int, float]:
    buying = asyncio.ensure_future(customers.buy())
    await asyncio.sleep(0.7)
    began = time.monotonic()
    exit_status = await asyncio.to_thread(server.stop)
    seconds = time.monotonic() - began
    await buying
    return exit_status, seconds


def rolling_restart(times: int) -> str:
    """Two servers behind a balancer, restarted in turn."""
    with (
        shop(CUSTOMERS) as (settings, buyers, folder),
        Server(folder, **settings) as one,
        Server(folder, **settings) as other,
        Balancer([one.port, other.port]) as balancer,
    ):
        customers = Customers(balancer.port, buyers)
        asyncio.run(_roll(customers, [one, other] * times))
        _nothing_lost(customers, settings["database_url"])
        assert customers.refused == 0 and customers.told.keys() == {"201"}, customers.told
    return f"{2 * times} restarts behind a balancer: all of {customers.told.total()} requests served"


async def _roll(customers: Customers, servers: Sequence[Server]) -> None:
    buying = asyncio.ensure_future(customers.buy())
    await asyncio.sleep(0.5)
    for server in servers:
        await asyncio.to_thread(server.restart)
        await asyncio.sleep(0.3)
    customers.enough = True
    await buying


def _nothing_lost(customers: Customers, database_url: str) -> None:
    assert not customers.unanswered, f"let in, and not answered: {customers.unanswered}"
    assert not customers.told.keys() - HONEST, f"told: {customers.told}"
    assert customers.bought, "nobody bought anything"
    with closing(SqlStore(database_url)) as store:
        transaction = store.begin(write=False)
        there = {order.id for order in transaction.load(ORDERS, "key", list(customers.bought))}
        transaction.rollback()
    assert there == customers.bought, f"acknowledged, and not there: {customers.bought - there}"


@contextmanager
def shop(customers: int) -> Iterator[tuple[dict[str, str], list[Buyer], Path]]:
    """Settings for servers of one shop, its customers, and where the servers keep what is theirs."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/shop.db"
        migrate(url)
        buyers = seed(url, customers, cents=10_000_000, goods=["mug"], on_hand=100_000)
        settings = {"database_url": url, "session_secrets": SECRET, "request_deadline_seconds": str(DEADLINE)}
        yield settings, buyers, Path(folder) / "data"
