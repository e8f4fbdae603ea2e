"""What a client gets when a commit fails: the answer, and the session, of HTTP.md's table."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.sessions.cookie import CookieSessions
from entrypoints.web import workers
from service_layer import lane
from service_layer.ports.errors import Conflict, OutcomeUnknown, Unavailable
from tests.harness import wire
from tests.harness.client import BALANCE, Client, Shopper, Staff
from tests.harness.problems import assert_problem
from tests.harness.server import HOST
from tests.kit import stores
from tests.kit.live import Live, serving

PREPARING_AND_DECIDING = ["stage", "write", "commit"]


@pytest.fixture(autouse=True)
def _undisturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The relay looks into the outbox once and then sleeps; retries follow at once."""
    monkeypatch.setattr(workers, "SOON", 3600.0)
    monkeypatch.setattr(workers, "IDLE", 3600.0)
    monkeypatch.setattr(workers, "RECONCILE_EVERY", 3600.0)
    monkeypatch.setattr(lane, "LONGEST_PAUSE", 0.0)


@pytest.fixture(params=stores.KINDS)
def live(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Live]:
    with stores.opened(request.param, tmp_path) as store, serving(store, tmp_path / "data") as live:
        yield live


@pytest.fixture
def mug(live: Live) -> str:
    with Staff(live.base_url) as staff:
        return staff.stock(price=1200, on_hand=10)


@pytest.fixture
def ada(live: Live, mug: str) -> Iterator[Shopper]:
    """With 50.00 EUR."""
    with Shopper(live.base_url, funds=5000) as ada:
        yield ada


def state(live: Live) -> dict[str, Any]:
    """Everything but the moments at which sessions were seen."""
    return {kind: rows for kind, rows in live.books().items() if kind != "sessions"}


def session(client: Client) -> tuple[Any, ...]:
    seen = client.session()
    return seen["user_id"], seen["last_order_id"], seen["preferences"]


def test_a_refusal_leaves_everything_and_everybody_as_they_were(live: Live, ada: Shopper, mug: str):
    before, seen, cookie = state(live), session(ada), dict(ada.cookies)

    answer = ada.order(mug, 5, pay=BALANCE)

    assert_problem(answer, 402, "insufficient-funds")
    assert "set-cookie" not in answer.headers and dict(ada.cookies) == cookie
    assert state(live) == before and session(ada) == seen


@pytest.mark.parametrize(
    ("step", "error", "code"),
    [
        *((step, Unavailable(), "unavailable") for step in PREPARING_AND_DECIDING),
        *((step, Conflict(), "unavailable") for step in PREPARING_AND_DECIDING),
        *((step, OutcomeUnknown(), "outcome-unknown") for step in PREPARING_AND_DECIDING),
        ("commit", RuntimeError("crash"), "outcome-unknown"),  # nobody can say whether it has happened
    ],
    ids=str,
)
def test_an_outage_changes_nothing_and_logs_nobody_out(
    live: Live, ada: Shopper, mug: str, step: str, error: Exception, code: str
):
    before, seen = state(live), session(ada)
    live.faults.at(step, error, times=lane.MOST_ATTEMPTS if isinstance(error, Conflict) else 1)

    answer = ada.order(mug, 2, pay=BALANCE, key="k")

    assert_problem(answer, 503, code)
    assert "set-cookie" not in answer.headers and state(live) == before and session(ada) == seen
    assert ada.order(mug, 2, pay=BALANCE, key="k").status_code == 201


@pytest.mark.parametrize("step", ["stage", "write"])
def test_a_crash_changes_nothing_and_ends_the_session_on_that_very_answer(
    live: Live, ada: Shopper, mug: str, step: str
):
    before, twin = state(live), ada.twin()
    live.faults.at(step, RuntimeError("a secret of ours"), times=1)

    with twin:
        answer = ada.order(mug, 2, pay=BALANCE)

        assert_problem(answer, 500, "internal-error")
        (cookie,) = answer.headers.get_list("set-cookie")
        assert cookie.startswith("session=;") and "Max-Age=0" in cookie and "a secret of ours" not in answer.text
        assert "crash" in [entry["event"] for entry in live.log]
        assert state(live) == before and "sessions" not in live.books()
        assert session(twin) == session(ada) == (None, None, {})


def test_a_crash_deletes_the_cookie_though_the_store_is_away_too(live: Live, ada: Shopper, mug: str):
    before = live.books()
    live.faults.at("write", RuntimeError("crash"))

    answer = ada.order(mug, 2, pay=BALANCE)

    assert_problem(answer, 500, "internal-error")
    assert answer.headers["set-cookie"].startswith("session=;") and live.books() == before


def test_a_crash_after_the_decision_is_a_crash_and_the_decision_stands(live: Live, ada: Shopper, mug: str):
    live.faults.at("finish", RuntimeError("crash"), times=1)

    answer = ada.order(mug, 2, pay=BALANCE)

    assert_problem(answer, 500, "internal-error")
    assert answer.headers["set-cookie"].startswith("session=;") and session(ada) == (None, None, {})
    assert [order["status"] for order in live.books()["orders"].values()] == ["confirmed"]


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("commit", RuntimeError("crash")),
        ("commit", Unavailable()),
        ("commit", Conflict()),
        ("commit", OutcomeUnknown()),
        ("committed", OutcomeUnknown()),
        ("committed", RuntimeError("crash")),
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["log-in", "preferences"])
def test_a_failing_commit_never_gives_a_new_cookie(live: Live, ada: Shopper, step: str, error: Exception, path: str):
    with Client(live.base_url) as stranger:
        live.faults.at(step, error)
        if path == "log-in":
            answer = stranger.log_in(ada.email, ada.password)
        else:
            answer = stranger.patch("/session/preferences", json={"theme": "dark"})

    assert answer.status_code == 503 and "set-cookie" not in answer.headers


def test_preferences_that_are_too_large_commit_nothing(live: Live, ada: Shopper):
    before = live.books()

    answer = ada.patch("/session/preferences", json={"x": "y" * 5000})

    assert_problem(answer, 413, "session-too-large")
    assert live.books() == before and "set-cookie" not in answer.headers


@pytest.mark.parametrize("kind", stores.KINDS)
def test_a_cookie_over_4096_bytes_commits_nothing(tmp_path: Path, kind: str):
    with (
        stores.opened(kind, tmp_path) as store,
        serving(store, tmp_path / "data", CookieSessions()) as live,
        Shopper(live.base_url) as ada,
    ):
        before, cookie = live.books(), dict(ada.cookies)

        answer = ada.patch("/session/preferences", json={"x": "y" * 3500})

        assert_problem(answer, 413, "session-too-large")
        assert live.books() == before and dict(ada.cookies) == cookie and "set-cookie" not in answer.headers


def test_the_commit_is_durable_before_the_first_byte_of_the_answer(live: Live, ada: Shopper, mug: str):
    deciding, decided, decide, answer_now = (threading.Event() for _ in range(4))
    live.faults.at("commit", lambda: (deciding.set(), decide.wait(10)), times=1)
    live.faults.at("committed", lambda: (decided.set(), answer_now.wait(10)), times=1)
    body = json.dumps({"items": [{"sku": mug, "quantity": 2}], "payment": BALANCE}).encode()

    with socket.create_connection((HOST, live.port), timeout=10) as line:
        line.sendall(wire.request("POST", "/orders/", body, f"Cookie: session={ada.cookies['session']}"))
        assert deciding.wait(10) and silent(line)
        decide.set()
        assert decided.wait(10) and silent(line)
        durable = live.books()["orders"]
        answer_now.set()
        answer = wire.parse(wire.drain(line))

    assert answer.status == 201 and list(durable) == [json.loads(answer.body)["id"]]


def silent(line: socket.socket, seconds: float = 0.2) -> bool:
    """Not a byte comes, for a while."""
    line.settimeout(seconds)
    try:
        line.recv(1)
    except TimeoutError:
        return True
    finally:
        line.settimeout(10)
    return False
