"""The background work outlives whatever happens to it, and does not fill the log with it."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from fastapi import FastAPI
from structlog.typing import EventDict

from entrypoints.web import workers
from entrypoints.web.workers import GRACE, Workers
from service_layer.commands import ClaimPayments
from service_layer.idempotency import LEASE
from service_layer.ports.errors import Unavailable
from service_layer.ports.gateway import Charge
from tests.kit.faulty_gateway import FaultyGateway
from tests.kit.shop import Shop


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "IDLE", 0.001)
    monkeypatch.setattr(workers, "RECONCILE_EVERY", 0.001)


def until(condition: Callable[[], object], app: FastAPI) -> None:
    """Lets the workers work."""

    async def wait() -> None:
        services = app.state.services
        services.runner.start()
        team = Workers(services)
        team.start()
        try:
            async with asyncio.timeout(10):
                while not condition():  # noqa: ASYNC110  # looked at from outside: nothing would set an event
                    await asyncio.sleep(0.002)
        finally:
            await team.stop()
            services.runner.stop()

    asyncio.run(wait())


def test_what_is_due_is_delivered(shop: Shop, app: FastAPI) -> None:
    ada = shop.account(balance=1200)
    shop.product(price=1200)
    shop.order(ada)
    assert shop.events

    until(lambda: not shop.events, app)


@pytest.mark.parametrize(
    ("error", "told"), [(Unavailable("away"), "worker waits"), (RuntimeError("a bug"), "worker failed")]
)
def test_a_failure_is_told_once_and_so_is_its_end(
    shop: Shop, app: FastAPI, logged: list[EventDict], error: Exception, told: str
) -> None:
    def events(name: str) -> list[Any]:
        return [event["worker"] for event in logged if event["event"] == name]

    shop.faults.at("begin", error)

    def mended() -> bool:
        if sum(step == "begin" for step in shop.faults.steps) > 20:
            shop.faults.none()
        return len(events("worker recovered")) == 2

    until(mended, app)

    assert sorted(events(told)) == sorted(events("worker recovered")) == ["reconcile", "relay"]


def stall(shop: Shop, *, orders: int) -> None:
    """By card, and nobody drives them any more."""
    ada = shop.account()
    shop.product(price=1200)
    for _ in range(orders):
        shop.reserve(ada)
    shop.clock.advance(LEASE + GRACE)


def test_a_gateway_that_is_silent_about_one_keeps_nobody_else_waiting(
    shop: Shop, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def look(gateway: FaultyGateway, key: str, *, timeout: float) -> Charge | None:
        asked.append(key)
        if key == asked[0]:
            await asyncio.Event().wait()
        return None

    monkeypatch.setattr(FaultyGateway, "lookup", look)
    monkeypatch.setattr(workers, "ClaimPayments", partial(ClaimPayments, limit=1))
    monkeypatch.setattr(workers, "ABREAST", 3)
    monkeypatch.setattr(workers, "FAREWELL", 0.05)
    stall(shop, orders=4)

    until(lambda: [row["status"].value for row in shop.rows("payments")].count("captured") == 3, app)

    assert len(asked) == 4


def test_no_more_is_driven_on_at_once_than_fits(shop: Shop, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "ABREAST", 0)
    stall(shop, orders=1)

    until(lambda: sum(step == "begin" for step in shop.faults.steps) > 20, app)

    assert [row["status"].value for row in shop.rows("payments")] == ["authorizing"]


def test_a_bug_in_what_is_driven_on_is_told(shop: Shop, app: FastAPI, logged: list[EventDict]) -> None:
    stall(shop, orders=1)
    shop.faults.at("lookup", RuntimeError("a bug"))

    until(lambda: [event["worker"] for event in logged if event["event"] == "worker failed"] == ["reconcile"], app)
