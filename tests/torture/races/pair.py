"""Two servers on one PostgreSQL, and crowds before them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

import psycopg

from tests.harness.client import BALANCE, Staff
from tests.harness.rush import Reply, ask
from tests.harness.seeding import Buyer
from tests.harness.server import Server
from tests.harness.site import serving, shop_database

T = TypeVar("T")
AT_ONCE: Final = 32  # requests under way


@dataclass
class Pair:
    """`url` is the database's own, for whoever looks behind the servers' back."""

    url: str
    servers: Sequence[Server]
    staff: Staff

    async def buy(self, number: int, buyer: Buyer, *skus: str) -> Reply:
        """One of each, from the balance, at this or that server."""
        body = {"items": [{"sku": sku, "quantity": 1} for sku in skus], "payment": BALANCE}
        return await ask(self.servers[number % 2].port, "POST", "/orders/", body, cookie=buyer.cookie)

    def asked(self, question: str) -> int:
        """One number from the database."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute(question.encode()).fetchone()
        assert row is not None
        return int(row[0])


@contextmanager
def pair(group_commit: int) -> Iterator[Pair]:
    """With so many units in a transaction at most. When it is over, every law holds."""
    with (
        shop_database() as url,
        serving(url, 2, group_commit=str(group_commit)) as servers,
        Staff(servers[0].base_url) as staff,
    ):
        yield Pair(url, servers, staff)
        assert staff.violations() == []


async def crowd(count: int, act: Callable[[int], Awaitable[T]], *, at_once: int = AT_ONCE) -> list[T]:
    """`act(0)` … `act(count - 1)`, so many of them at a time."""
    gate = asyncio.Semaphore(at_once)

    async def enter(number: int) -> T:
        async with gate:
            return await act(number)

    return await asyncio.gather(*(enter(number) for number in range(count)))
