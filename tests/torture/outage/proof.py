"""The database goes away while everybody is buying: 503s meanwhile, nobody logged out, no restart, nothing lost."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import psycopg

from tests.harness.client import BALANCE, Staff, card
from tests.harness.crowd import eventually
from tests.harness.rush import Reply, ask
from tests.harness.seeding import Buyer, seed
from tests.harness.server import Server
from tests.harness.site import address_of, serving, shop_database, through
from tests.harness.tcp_proxy import TcpProxy
from tests.torture.report import Report

BUYERS: Final = 8
DEADLINE: Final = 3  # seconds that a request has
LATE: Final = 2.0  # seconds by which an answer may be late, on a busy machine
BACK: Final = 10.0  # seconds in which all is well again
BEFORE: Final = 0.5  # seconds of good business
BLIP: Final = 0.2  # seconds
EVERY: Final = 0.05  # seconds between two tries of somebody who was told 503


@dataclass
class Memory:
    """What one buyer was told: orders that were confirmed, and how often it may or may not have happened."""

    confirmed: set[str] = field(default_factory=set)
    perhaps: int = 0
    told: Counter[str] = field(default_factory=Counter)

    def heard(self, reply: Reply) -> None:
        self.told[reply.code or str(reply.status)] += 1
        if reply.status in (201, 202):
            self.confirmed.add(reply.body["order_id"])
        self.perhaps += reply.code == "outcome-unknown"
        assert reply.seconds < DEADLINE + LATE, f"told {reply.status} after {reply.seconds:.1f} s"
        if reply.status == 503:
            assert int(reply.headers["retry-after"]) >= 0 and "set-cookie" not in reply.headers
        else:
            assert reply.status in (201, 202), reply


@dataclass
class Stage:
    """A server, its wire to the database, and buyers who never stop."""

    url: str
    wire: TcpProxy
    server: Server
    buyers: Sequence[Buyer]
    memories: dict[Buyer, Memory]

    async def outages(self, seconds: float, blips: int, go: Callable[[], None], come_back: Callable[[], None]) -> str:
        """A long one and some short ones, under load from before the first until all are served again."""
        pid, self.going_on = self.server.pid, True
        buying = [asyncio.ensure_future(self.keep_buying(number)) for number in range(len(self.buyers))]
        await self.all_served()
        await asyncio.sleep(BEFORE)
        await asyncio.to_thread(go)
        await self.away(time.monotonic() + seconds)
        slowest = await self.back(come_back)
        for _ in range(blips):
            await asyncio.to_thread(go)
            await asyncio.sleep(BLIP)
            slowest = max(slowest, await self.back(come_back))
        self.going_on = False
        await asyncio.gather(*buying)
        assert self.server.running and self.server.pid == pid
        await self.nobody_logged_out()
        return f"all served again {slowest:.1f} s after it was back, at the latest"

    async def away(self, until: float) -> None:
        """Everybody is told so, and the server is alive, and says that it is not ready."""
        before = {buyer: memory.told.total() for buyer, memory in self.memories.items()}
        await self.until(lambda: all(self.memories[b].told.total() > count for b, count in before.items()), BACK)
        ready = True
        while ready or time.monotonic() < until:
            assert (await ask(self.server.port, "GET", "/livez")).status == 200
            ready = (await ask(self.server.port, "GET", "/readyz")).status != 503
            assert not ready or time.monotonic() < until + BACK
            await asyncio.sleep(EVERY)

    async def back(self, come_back: Callable[[], None]) -> float:
        """Seconds until all were served again."""
        await asyncio.to_thread(come_back)
        began = time.monotonic()
        await self.all_served()
        return time.monotonic() - began

    async def keep_buying(self, number: int) -> None:
        buyer, pay = self.buyers[number], card() if number % 2 else BALANCE
        body = {"items": [{"sku": "mug", "quantity": 1}], "payment": pay}
        while self.going_on:
            reply = await ask(self.server.port, "POST", "/orders/", body, cookie=buyer.cookie)
            self.memories[buyer].heard(reply)
            await asyncio.sleep(EVERY if reply.status == 503 else 0)

    async def all_served(self) -> None:
        """Each of them, once more."""
        before = {buyer: len(memory.confirmed) for buyer, memory in self.memories.items()}
        await self.until(lambda: all(len(self.memories[b].confirmed) > count for b, count in before.items()), BACK)

    async def nobody_logged_out(self) -> None:
        for buyer in self.buyers:
            session = await ask(self.server.port, "GET", "/session", cookie=buyer.cookie)
            assert session.body["user_id"] == buyer.user, session

    def nothing_lost(self) -> str:
        """Every order that somebody was told of is there, and no other, but those of which nobody could tell."""
        eventually(lambda: not self.orders("pending"), within=BACK)
        there = self.orders("confirmed")
        for buyer, memory in self.memories.items():
            mine = there.get(buyer.user, set())
            assert memory.confirmed <= mine, f"lost: {memory.confirmed - mine}"
            assert len(mine - memory.confirmed) <= memory.perhaps, f"failures that were none: {mine - memory.confirmed}"
        return f"{sum((memory.told for memory in self.memories.values()), Counter())}"

    def orders(self, status: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        with psycopg.connect(self.url) as connection:
            for owner, order in connection.execute("SELECT owner_id, id FROM orders WHERE status = %s", [status]):
                found.setdefault(owner, set()).add(order)
        return found

    async def until(self, true: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, f"not within {seconds} s: {self.memories}"
            await asyncio.sleep(EVERY)


@contextmanager
def stage() -> Iterator[Stage]:
    with shop_database() as url, TcpProxy(*address_of(url)) as wire:
        buyers = seed(url, BUYERS, cents=10_000_000, goods=["mug"], on_hand=100_000)
        served = serving(through(url, wire.port), request_deadline_seconds=str(DEADLINE))
        with served as (server,), Staff(server.base_url) as staff:
            yield Stage(url, wire, server, buyers, {buyer: Memory() for buyer in buyers})
            assert staff.violations() == []


def run(report: Report, *, quick: bool) -> str:
    with stage() as at:
        ways = {"cut": (at.wire.close, at.wire.open), "mute": (at.wire.freeze, at.wire.thaw)}
        told: list[str] = []
        for seconds, blips in ((3, 3),) if quick else ((10, 50), (30, 50)):
            for name, (go, come_back) in ways.items():
                told.append(f"{name} for {seconds} s: {asyncio.run(at.outages(seconds, blips, go, come_back))}")
                report.progress(told[-1])
        return f"{'; '.join(told)}; {at.nothing_lost()}"
