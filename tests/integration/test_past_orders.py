"""The benchmarks' history is written by SQL; it must be one that the service could have written itself."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.sql.schema import migrate
from adapters.sql.store import SqlStore
from adapters.system.ids import Uuid7Ids
from benchmarks.past.loading import load_past
from benchmarks.postgres import CLIENT, Server, find_binaries
from benchmarks.storage import Postgres, Sqlite, Storage
from tests.harness.postgres import database_of, server_url
from tests.harness.seeding import seed
from tests.kit.shop import Shop

GOODS = ("bowl", "cup", "mug")
KINDS = ("orders", "payments", "entries", "keys")


@pytest.fixture
def embedded(tmp_path: Path) -> Storage:
    storage = Sqlite(tmp_path / "shop")
    storage.create()
    migrate(storage.url)
    return storage


@pytest.fixture
def served(tmp_path: Path, postgres_url: str) -> Storage:
    return Postgres(tmp_path, Server(server_url(), find_binaries(CLIENT)), database_of(postgres_url))


@pytest.fixture(params=["embedded", "served"])
def storage(request: pytest.FixtureRequest) -> Storage:
    return request.getfixturevalue(request.param)


def test_orders_of_the_past_break_no_law_however_often_some_are_added(storage: Storage):
    seed(storage.url, 4, cents=1_000_000, goods=GOODS, on_hand=10_000)

    load_past(storage, 100)
    load_past(storage, 250)

    assert storage.number("SELECT count(*) FROM orders") == 250
    assert Shop(SqlStore(storage.url)).laws() == {}


def test_a_past_order_has_the_rows_of_one_that_the_service_placed(storage: Storage):
    seed(storage.url, 1, cents=1_000_000, goods=GOODS, on_hand=10_000)
    load_past(storage, 1)
    shop = Shop(SqlStore(storage.url), ids=Uuid7Ids())
    shop.clock.set(datetime.now(UTC))

    shop.order(shop.account(balance=1_000), "bowl", key="again")

    for kind in KINDS:
        past, placed = halves(shop.rows(kind))
        assert [shape(row) for row in past] == [shape(row) for row in placed], kind


def halves(rows: list[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """The older and the newer; money that was paid in is no part of an order."""
    bought = [row for row in rows if row.get("kind") != "deposit"]
    return bought[: len(bought) // 2], bought[len(bought) // 2 :]


def shape(row: Mapping[str, Any]) -> dict[str, Any]:
    """What is there, and of which kind; an answer is compared by its members."""
    told = {name: json.loads(value) for name, value in row.items() if name == "answer"}
    return {name: type(value) for name, value in row.items()} | {name: members(value) for name, value in told.items()}


def members(told: Any) -> Any:
    return {name: members(value) for name, value in told.items()} if isinstance(told, dict) else type(told)
