"""More requests than the lane has room for: those too many are turned away at once, the others served."""

import asyncio
import resource
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.harness.rush import Reply, ask
from tests.harness.server import Server
from tests.harness.shop import Shop

ROOM = 1024 + 64  # that wait, and that are at work
TOO_MANY = 100
FILES = 4096  # that a process may have open


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    with Server(tmp_path / "data", request_deadline_seconds="60") as server, Shop(server) as shop:
        yield shop
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_full_lane_turns_away_at_once_and_serves_the_others(shop: Shop):
    cookie = shop.shopper().cookies["session"]

    async def prefer(number: int) -> Reply:
        return await ask(shop.server.port, "PATCH", "/session/preferences", {"size": number}, cookie=cookie)

    async def rush() -> list[Reply]:
        """The database is busy until as many are turned away as had no room."""
        with closing(sqlite3.connect(shop.server.data_dir / "lockstep.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            waiting = {asyncio.ensure_future(prefer(number)) for number in range(ROOM + TOO_MANY)}
            done: set[asyncio.Future[Reply]] = set()
            while len(done) < TOO_MANY:
                some, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED, timeout=30)
                assert some, f"{len(done)} turned away, and nobody else"
                done |= some
            turned_away = [task.result() for task in done]
            assert {reply.code for reply in turned_away} == {"unavailable"}
            assert all(int(reply.headers["retry-after"]) >= 0 for reply in turned_away)
            other.execute("ROLLBACK")
        return [*turned_away, *await asyncio.gather(*waiting)]

    told = Counter(reply.status for reply in asyncio.run(rush()))

    assert told.keys() == {200, 503} and TOO_MANY <= told[503] <= 2 * TOO_MANY, told
    assert shop.server.stop() == 0
