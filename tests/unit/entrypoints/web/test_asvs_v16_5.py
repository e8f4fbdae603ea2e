"""OWASP ASVS 5.0, V16.3.4 and V16.5: an error that nobody expected is told to the log, and to nobody else."""

from collections.abc import Callable

import httpx2
import pytest
from starlette.testclient import TestClient
from structlog.typing import EventDict

from tests.kit.service import Customer
from tests.kit.shop import Shop

Browsing = Callable[[Customer | None], TestClient]
INSIDE = ("swordfish", "SELECT", "Traceback", ".py", "RuntimeError")


@pytest.fixture
def crashed(shop: Shop, browsing: Browsing) -> httpx2.Response:
    """What a customer is told when the store breaks in a way that no port knows."""
    browser = browsing(shop.account())
    shop.faults.at("load", RuntimeError("SELECT swordfish"), times=1)
    return browser.get("/orders/")


def test_v16_3_4_unexpected_errors_are_logged_with_all_that_is_known(
    crashed: httpx2.Response, logged: list[EventDict]
) -> None:
    (crash,) = [event for event in logged if event["event"] == "crash"]

    assert str(crash["exc_info"]) == "SELECT swordfish" and "user_id" in crash and crash["log_level"] == "error"
    assert [event["reason"] for event in logged if event["event"] == "session ended"] == ["crash"]


def test_v16_5_1_a_failure_tells_nobody_anything(crashed: httpx2.Response) -> None:
    assert crashed.status_code == 500 and crashed.json()["code"] == "internal-error"
    assert not [word for word in INSIDE if word in crashed.text + str(crashed.headers)]


def test_v16_5_4_whatever_is_raised_is_caught_and_the_process_lives(
    crashed: httpx2.Response, browsing: Browsing
) -> None:
    assert crashed.status_code == 500
    assert browsing(None).get("/session").status_code == 200
