"""OWASP ASVS 5.0, V16.2, V16.3 and V16.5: what the log says, and what a failure does not."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.harness.client import BALANCE, Client, card
from tests.harness.problems import assert_problem
from tests.harness.seeding import SECRET
from tests.harness.server import OPS_TOKEN, Server, lockstep
from tests.harness.shop import Shop


def lines(server: Server) -> list[dict[str, Any]]:
    return [json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{")]


def told(server: Server, event: str, **facts: object) -> dict[str, Any]:
    """The newest line of that event and with these facts."""
    found = [line for line in lines(server) if line["event"] == event and facts.items() <= line.items()]
    assert found, (event, facts)
    return found[-1]


@pytest.fixture
def visitor(in_production: Server) -> Iterator[Client]:
    with Client(in_production.base_url) as visitor:
        yield visitor


def test_v16_2_1_a_line_says_who_what_where_and_when(in_production: Server, visitor: Client) -> None:
    request_id = visitor.get("/orders/").headers["x-request-id"]

    line = told(in_production, "refused", request_id=request_id)

    assert line.keys() >= {"at", "level", "event", "code", "user_id", "address", "method", "path", "request_id"}


def test_v16_2_2_times_are_in_utc(in_production: Server, visitor: Client) -> None:
    request_id = visitor.get("/orders/").headers["x-request-id"]

    moment = datetime.fromisoformat(told(in_production, "refused", request_id=request_id)["at"])

    assert moment.utcoffset() == timedelta(0)
    assert abs(moment - datetime.now(moment.tzinfo)) < timedelta(minutes=1)


def test_v16_2_3_lines_go_to_standard_error_and_nowhere_else(tmp_path: Path) -> None:
    ended = lockstep("migrate", data_dir=tmp_path, session_secrets=SECRET)

    assert ended.returncode == 0
    assert [path.name for path in tmp_path.rglob("*") if "log" in path.suffix] == []


def test_v16_2_4_each_line_is_one_document_of_json(in_production: Server, visitor: Client) -> None:
    visitor.get("/orders/")

    text = in_production.log.read_text().splitlines()
    assert lines(in_production) and all(json.loads(line) for line in text if not line.startswith(("listening", "lock")))


def test_v16_2_5_what_is_secret_is_masked_or_left_out(in_production: Server, visitor: Client) -> None:
    email, password = "margaret@example.com", "a-password-that-nobody-logs"
    visitor.log_in(email, password)

    text = in_production.log.read_text()
    assert told(in_production, "refused", account="m***@example.com")
    assert not [secret for secret in (email, password, SECRET, OPS_TOKEN) if secret in text]


def test_v16_3_1_log_ins_are_logged_whether_they_succeed_or_not(in_production: Server, visitor: Client) -> None:
    email, password = "katherine@example.com", "a-long-and-uncommon-phrase"
    user = visitor.sign_up("Katherine", email, password).raise_for_status().json()["id"]

    visitor.log_in(email, "a-wrong-password")
    visitor.log_in(email, password).raise_for_status()

    assert told(in_production, "refused", code="invalid-credentials", account="k***@example.com", path="/session")
    assert told(in_production, "logged in", as_user=user, by="password")


def test_v16_3_2_decisions_about_what_one_may_do_are_logged(in_production: Server, visitor: Client) -> None:
    refused = visitor.get("/ops/invariants").headers["x-request-id"]
    bearer = {"Authorization": f"Bearer {OPS_TOKEN}"}
    let_in = visitor.get("/ops/invariants", headers=bearer).headers["x-request-id"]

    assert told(in_production, "refused", request_id=refused, code="unauthenticated", path="/ops/invariants")
    assert told(in_production, "staff", request_id=let_in, operator=True, path="/ops/invariants", status=200)


def test_v16_3_3_attempts_to_get_around_are_logged(in_production: Server, visitor: Client) -> None:
    tries = {
        "cross-site": visitor.delete("/session", headers={"Origin": "https://evil.example"}),
        "validation-failed": visitor.post("/session", json={"email": "x", "password": 1, "admin": True}),
        "unsupported-media-type": visitor.post("/session", content=b"a=b", headers={"Content-Type": "text/plain"}),
        "body-too-large": visitor.post("/session", content=b"x" * 70_000),
    }
    forged = visitor.get("/session", headers={"Cookie": "__Host-session=" + "A" * 43})

    for code, answer in tries.items():
        assert told(in_production, "refused", code=code, request_id=answer.headers["x-request-id"])
    assert told(in_production, "cookie of no session", request_id=forged.headers["x-request-id"])


def test_v16_5_2_without_the_gateway_everything_else_goes_on(shop: Shop) -> None:
    ada, sku = shop.shopper(funds=5000), shop.mug()

    away = ada.order(sku, pay=card("pm_sandbox_unavailable"))

    assert away.status_code in (202, 402, 503)
    assert ada.order(sku, pay=BALANCE).status_code == 201 and ada.session()["authenticated"] is True


def test_v16_5_3_an_error_on_the_way_leaves_nothing_done(shop: Shop) -> None:
    ada, sku = shop.shopper(funds=5000), shop.mug()
    before = shop.footprint(ada, sku)

    assert_problem(ada.place([{"sku": sku, "quantity": 1}, {"sku": "no-such", "quantity": 1}]), 404, "unknown-sku")

    assert shop.footprint(ada, sku) == before
