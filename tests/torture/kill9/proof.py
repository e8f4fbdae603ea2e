"""Eight customers, two workers, and a kill every 30 to 300 ms, on each database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Final

from tests.harness.client import Staff
from tests.harness.postgres import fresh_database
from tests.torture.kill9.customers import PRICE, Customer
from tests.torture.kill9.pack import Pack
from tests.torture.kill9.reckoning import Reckoning
from tests.torture.kill9.supervised import Supervised
from tests.torture.report import Report

CUSTOMERS: Final = 8
ON_HAND: Final = 1_000_000
QUICK, FULL = 50, 1000  # kills
FEW = 50  # by the real supervisor, which is not made to be killed all the time
SLOWEST: Final = 6.0  # seconds for a kill on average, before we give up
LATER: Final = 60  # seconds, past every lease and every claim

Kind = type[Pack] | type[Supervised]


@dataclass
class Storm:
    """What was done."""

    kills: int = 0
    wishes: int = 0
    asked: int = 0

    def __add__(self, other: Storm) -> Storm:
        return Storm(self.kills + other.kills, self.wishes + other.wishes, self.asked + other.asked)

    def __str__(self) -> str:
        return f"{self.kills} kills, {self.wishes} wishes asked for {self.asked} times"


def run(report: Report, *, quick: bool) -> str:
    """On each database: the real server with its supervisor, then many more kills of workers that are back at once."""
    told: list[str] = []
    kinds: tuple[tuple[Kind, int], ...] = ((Supervised, FEW // 5 if quick else FEW), (Pack, QUICK if quick else FULL))
    for name, database in (("SQLite", no_server), ("PostgreSQL", fresh_database)):
        done = Storm()
        for kind, kills in kinds:
            report.progress(f"{name}, {kills} kills")
            with TemporaryDirectory() as folder, database() as url:
                done += storm(Path(folder) / "data", url, kills, kind)
        told.append(f"{name}: {done}")
    return "; ".join(told)


@contextmanager
def no_server() -> Iterator[None]:
    """The database is a file in the data directory."""
    yield None


def storm(data_dir: Path, url: str | None, kills: int, kind: Kind = Pack) -> Storm:
    """Raises `AssertionError` for anything lost, doubled, or not as it was said."""
    enough = Event()
    with kind(data_dir, url) as pack, Staff(pack.base_url) as staff:
        sku = staff.stock(price=PRICE, on_hand=ON_HAND)
        customers = [Customer(pack.base_url, sku) for _ in range(CUSTOMERS)]
        for customer in customers:
            customer.friends = customers
        with ThreadPoolExecutor(CUSTOMERS) as threads:
            living = [threads.submit(customer.live, enough) for customer in customers]
            try:
                killed = pack.kill_some(kills, until=time.monotonic() + kills * SLOWEST)
            finally:
                enough.set()
            for life in living:
                life.result()
        assert killed >= kills, f"only {killed} kills of {kills}; the log: {pack.log()}"
        pack.finish()
    with Pack(data_dir, url, port=pack.port, ahead=LATER) as pack, Staff(pack.base_url) as staff:
        for customer in customers:
            customer.finish()
        Reckoning(staff, customers, sku, ON_HAND).check()
        pack.finish()
    for customer in customers:
        customer.shopper.close()
    wishes = sum(len(customer.wishes) for customer in customers)
    return Storm(killed, wishes, sum(customer.asked for customer in customers))
