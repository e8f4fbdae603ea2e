"""How many statements a group of orders takes: as many for 64 as for one, and exactly those that are documented."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.sql.store import SqlStore
from adapters.system.ids import Uuid7Ids
from service_layer.group import Job
from service_layer.handlers.orders import place_order
from tests.harness.listening import listen
from tests.kit import stores
from tests.kit.asking import buying
from tests.kit.shop import Shop

DOCUMENT = Path(__file__).parents[2] / "docs/performance.md"
GROUPS = (1, 8, 64)


def documented(database: str) -> list[str]:
    """The column of the database in the document's table of statements."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in DOCUMENT.read_text().splitlines()]
    begins = next(number for number, row in enumerate(rows) if row[0] == "statements of a group")
    column = rows[begins].index(database)
    ends = next(number for number, row in enumerate(rows) if number > begins and len(row) == 1)
    return [row[column].strip("`") for row in rows[begins + 2 : ends] if row[column]]


def orders(shop: Shop, number: int) -> list[Job]:
    """Each of its own buyer, for its own product, under a key."""
    jobs: list[Job] = []
    for place in range(number):
        sku, buyer = f"thing-{number}-{place}", shop.account(balance=1000)
        shop.product(sku, price=100)
        jobs.append(shop.job(place_order, buying({sku: 1}, key=f"key {place}"), buyer))
    return jobs


def heard(url: str, number: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the group's database was told, on a connection that was used before."""
    said = listen(monkeypatch)
    store = SqlStore(url)
    shop = Shop(store, ids=Uuid7Ids())
    jobs = orders(shop, number)
    said.clear()
    outcomes = shop.group.run(jobs)
    store.close()
    assert [outcome.error for outcome in outcomes] == [None] * number
    return list(said)


@pytest.mark.parametrize("number", GROUPS)
def test_a_group_of_orders_takes_the_documented_statements_on_sqlite(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with stores.opened("sqlite", tmp_path):
        assert heard(f"sqlite:///{tmp_path / 'shop.db'}", number, monkeypatch) == documented("SQLite")


@pytest.mark.parametrize("number", GROUPS)
def test_a_group_of_orders_takes_the_documented_statements_on_postgresql(
    number: int, postgres_url: str, monkeypatch: pytest.MonkeyPatch
):
    assert heard(postgres_url, number, monkeypatch) == documented("PostgreSQL")
