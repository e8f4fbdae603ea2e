"""A database that is away for a while: 503s meanwhile, in time, and nobody logged out because of it."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx2
import pytest

from tests.harness.client import BALANCE
from tests.harness.crowd import at_once, eventually
from tests.harness.problems import assert_problem
from tests.harness.server import Server
from tests.harness.shop import Shop

DEADLINE = 3.0  # seconds


@pytest.fixture
def hasty_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One that lets nobody wait longer than that."""
    settings = {"request_deadline_seconds": str(DEADLINE)}
    with Server(tmp_path_factory.mktemp("hasty"), **settings) as server, Shop(server) as shop:
        yield shop


@contextmanager
def held_up(server: Server) -> Iterator[None]:
    """Somebody else keeps the embedded database's write lock, and the service's background work waits first."""
    with closing(sqlite3.connect(server.data_dir / "lockstep.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(0.5)
        yield
        other.execute("ROLLBACK")


def test_an_outage_changes_nothing_and_logs_nobody_out(hasty_shop: Shop) -> None:
    ada, sku = hasty_shop.shopper(funds=5000), hasty_shop.mug(price=1200)
    before, windows = hasty_shop.footprint(ada, sku), [ada.twin(), ada.twin()]

    def try_both(n: int) -> tuple[httpx2.Response, float]:
        begun = time.monotonic()
        if n == 0:
            answer = windows[n].order(sku, pay=BALANCE, key="later")
        else:
            answer = windows[n].patch("/session/preferences", json={"theme": "dark"})
        return answer, time.monotonic() - begun

    with held_up(hasty_shop.server):
        answers = at_once(2, try_both)

    for answer, seconds in answers:
        assert_problem(answer, 503, "unavailable")
        assert int(answer.headers["retry-after"]) >= 0 and "set-cookie" not in answer.headers
        assert seconds < DEADLINE + 2
    assert hasty_shop.footprint(ada, sku) == before

    assert eventually(lambda: ada.order(sku, pay=BALANCE, key="later").status_code == 201)
    assert ada.balance() == 3800 and hasty_shop.staff.violations() == []
