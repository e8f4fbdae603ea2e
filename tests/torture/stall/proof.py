"""A hundred orders wait for a gateway that is mute: no transaction is open meanwhile, and all others go on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import psycopg

from tests.harness.client import BALANCE, Staff, card
from tests.harness.crowd import eventually
from tests.harness.rush import Reply, ask
from tests.harness.seeding import Buyer, seed
from tests.harness.server import Server
from tests.harness.site import serving, shop_database
from tests.torture.report import Report
from tests.torture.stall.gateway import FILE, SCHEME, installed

WAITING: Final = 100
OTHERS: Final = 4
BRIEFLY: Final = 1.0  # seconds that a transaction may be open, on a busy machine
RECOVERED: Final = 20.0  # seconds until what timed out has been seen to
OPEN: Final = """
SELECT extract(epoch FROM clock_timestamp() - xact_start), state, query FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
ORDER BY xact_start LIMIT 1"""


@dataclass
class Stage:
    """A server whose gateway can be made mute."""

    url: str
    server: Server
    waiting: Sequence[Buyer]
    others: Sequence[Buyer]

    def stall(self, seconds: float) -> str:
        """What was seen while it lasted."""
        mute = self.server.data_dir / FILE
        mute.touch()
        return asyncio.run(self._stall(seconds, mute.unlink))

    async def _stall(self, seconds: float, end: Callable[[], None]) -> str:
        orders = [asyncio.ensure_future(self.order(buyer, card())) for buyer in self.waiting]
        await asyncio.to_thread(eventually, lambda: self.count("payments", "authorizing") == WAITING)
        until = time.monotonic() + seconds
        others = [asyncio.ensure_future(self.go_on(buyer, until)) for buyer in self.others]
        looks, longest = await asyncio.to_thread(self.longest_open, until)
        went = [reply for some in await asyncio.gather(*others) for reply in some]
        end()
        return self.verdict(looks, longest, went, await asyncio.gather(*orders))

    def verdict(self, looks: int, longest: float, went: Sequence[Reply], replies: Sequence[Reply]) -> str:
        slowest = max(reply.seconds for reply in went)
        assert all(reply.status == 201 for reply in went) and slowest < BRIEFLY * 2, f"others waited {slowest:.1f} s"
        assert {reply.status for reply in replies} <= {201, 202}, {reply.status for reply in replies}
        eventually(lambda: self.count("payments", "captured") == WAITING + len(went), within=RECOVERED)
        return f"{looks} looks, no transaction open for more than {longest:.2f} s; {len(went)} others served"

    def longest_open(self, until: float) -> tuple[int, float]:
        """How often it was looked, and for how long the longest transaction had been open by then."""
        looks, longest = 0, 0.0
        with psycopg.connect(self.url, autocommit=True) as connection:
            while time.monotonic() < until:
                row = connection.execute(OPEN).fetchone()
                seconds, looks = float(row[0]) if row else 0.0, looks + 1
                assert seconds < BRIEFLY, f"open for {seconds:.2f} s, {row}"
                longest = max(longest, seconds)
                time.sleep(0.01)
        return looks, longest

    async def go_on(self, buyer: Buyer, until: float) -> list[Reply]:
        """Who pays from the balance waits for no gateway."""
        replies: list[Reply] = []
        while time.monotonic() < until:
            replies.append(await self.order(buyer, BALANCE))
        return replies

    async def order(self, buyer: Buyer, pay: object) -> Reply:
        body = {"items": [{"sku": "mug", "quantity": 1}], "payment": pay}
        return await ask(self.server.port, "POST", "/orders/", body, cookie=buyer.cookie)

    def count(self, table: str, status: str) -> int:
        with psycopg.connect(self.url) as connection:
            row = connection.execute(f"SELECT count(*) FROM {table} WHERE status = %s".encode(), [status]).fetchone()  # noqa: S608
        return int(row[0]) if row else 0


@contextmanager
def stage() -> Iterator[Stage]:
    with shop_database() as url, installed():
        buyers = seed(url, WAITING + OTHERS, cents=10_000_000, goods=["mug"], on_hand=100_000)
        with serving(url, payment_gateway=SCHEME) as (server,), Staff(server.base_url) as staff:
            yield Stage(url, server, buyers[:WAITING], buyers[WAITING:])
            assert staff.violations() == []


def run(report: Report, *, quick: bool) -> str:
    seconds = 3 if quick else 10
    with stage() as at:
        return f"{WAITING} orders waited {seconds} s for the gateway: {at.stall(seconds)}"
