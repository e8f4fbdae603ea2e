"""A whole day in the life of a production server, and then its log: who, what, where and when, and nobody's secret."""

import json
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.harness import wire
from tests.harness.client import BALANCE, Client, card, eur, keyed
from tests.harness.seeding import SECRET
from tests.harness.server import HOST, OPS_TOKEN, Server, lockstep

INJECTED = 'evil\r\n{"event": "logged in", "user_id": "forged"}'
CARDS = ("pm_card_visa", "pm_card_chargeDeclined", "pm_sandbox_timeout_charged", "tok_4242424242424242")
SETTINGS: dict[str, str | None] = {
    "env": None,
    "session_secrets": SECRET,
    "payment_gateway": "sandbox",
    "ops_token": OPS_TOKEN,
    "login_attempts": "3/minute",
}


@dataclass
class Day:
    """What was said during it, what must not be found, and all that was logged."""

    server: Server
    used: set[str] = field(default_factory=set[str])
    users: list[str] = field(default_factory=list[str])
    lines: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    text: str = ""

    def of(self, event: str, **facts: object) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] == event and facts.items() <= line.items()]


class Person(Client):
    """In production the cookie is for HTTPS only, so it is carried by hand."""

    def __init__(self, day: Day, name: str) -> None:
        super().__init__(day.server.base_url)
        self.day, self.email = day, f"{name.lower()}-{secrets.token_hex(4)}@example.com"
        self.password = secrets.token_urlsafe(16)
        day.used |= {self.email, self.password}
        self.user = self.sign_up(name, self.email, self.password).raise_for_status().json()
        day.users.append(self.user["id"])

    def enter(self) -> None:
        """The id of the session, with its signature and without, is a secret."""
        answer = self.log_in(self.email, self.password).raise_for_status()
        value = answer.headers["set-cookie"].partition(";")[0].partition("=")[2]
        self.day.used |= {value, *value.split(".")}
        self.headers["Cookie"] = f"__Host-session={value}"


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    data_dir = tmp_path_factory.mktemp("day")
    assert lockstep("migrate", data_dir=data_dir, **SETTINGS).returncode == 0
    with Server(data_dir, **SETTINGS) as server:
        day = Day(server, used={SECRET, OPS_TOKEN, *CARDS})
        live(day)
        assert server.stop() == 0
    day.text = Path(server.log).read_text()
    day.lines = [json.loads(line) for line in day.text.splitlines() if line.startswith("{")]
    return day


def live(day: Day) -> None:
    ada, bob, staff = Person(day, "Ada"), Person(day, "Bob"), Client(day.server.base_url)
    staff.headers["Authorization"] = f"Bearer {OPS_TOKEN}"
    staff.post("/products/", json={"sku": "mug", "name": "Mug", "price": eur(1200), "on_hand": 9}).raise_for_status()
    ada.enter()
    bob.enter()
    account = ada.user["accounts"][0]["id"]
    for token in CARDS:
        ada.order("mug", pay=card(token), key=f"order-{token[-6:]}")
        ada.deposit(account, eur(5000), pay=card(token))
    ada.order("mug", pay=BALANCE)
    order = ada.get("/orders/").json()["data"][0]["id"]
    assert bob.get(f"/orders/{order}").status_code == 404
    assert bob.get("/ops/invariants").status_code == 403
    assert staff.get(f"/orders/{order}").status_code == 200
    misbehave(day, bob)
    leave(day, ada)


def misbehave(day: Day, bob: Person) -> None:
    visitor = Client(day.server.base_url)
    assert visitor.get("/orders/").status_code == 401
    assert visitor.get(f"/users/{bob.email}").status_code == 401
    assert visitor.get(f"/problems/{quote(INJECTED)}").status_code == 404
    visitor.get("/session", headers={"Cookie": f"__Host-session={secrets.token_urlsafe()}", "User-Agent": "x\tINFO y"})
    visitor.post("/session", json={"email": bob.email, "password": [bob.password]})
    visitor.delete("/session", headers={"Origin": "https://evil.example"})
    wire.ask(day.server, f"GET / HTTP/9.9\r\nHost: {HOST}\r\nX-Evil: {bob.password}\r\n\r\n".encode())
    upgrade = "Connection: Upgrade, close\r\nUpgrade: websocket"
    wire.ask(day.server, f"GET /livez HTTP/1.1\r\nHost: {HOST}\r\n{upgrade}\r\n\r\n".encode())
    for _ in range(4):
        guess = secrets.token_urlsafe()
        day.used.add(guess)
        visitor.log_in(bob.email, guess)


def leave(day: Day, ada: Person) -> None:
    new = secrets.token_urlsafe()
    day.used.add(new)
    body = {"current_password": ada.password, "new_password": new}
    answer = ada.post("/users/me/password", json=body)
    assert answer.status_code in (204, 429), answer.text
    ada.get("/session", headers=keyed("read"))
    ada.delete("/session")


def test_no_secret_of_the_day_is_in_the_log(day: Day) -> None:
    assert len(day.used) > 20 and all(len(secret) > 8 for secret in day.used)
    assert [secret for secret in day.used if secret in day.text] == []


def test_nor_any_whole_address_of_anybody(day: Day) -> None:
    assert re.findall(r"[\w.+-]{2,}@[\w-]+\.\w+", day.text) == []


def test_each_line_is_one_document_with_its_moment_and_its_request(day: Day) -> None:
    others = [line for line in day.text.splitlines() if not line.startswith(("{", "lockstep", "listening"))]

    assert others == [] and len(day.lines) > 20
    assert all(line["at"].endswith("Z") and line["level"] for line in day.lines)
    assert all(line["request_id"] and line["address"] == HOST for line in day.lines if line["event"] == "refused")


def test_what_has_no_request_is_an_event_of_the_outbox(day: Day) -> None:
    without = [line for line in day.lines if "request_id" not in line]

    assert [line for line in without if "event_id" not in line] == []


def test_who_comes_and_goes_is_told(day: Day) -> None:
    ada, bob = day.users
    by_ada = {"user_id": None, "as_user": ada, "by": "password", "address": HOST, "method": "POST", "path": "/session"}

    assert len(day.of("logged in", **by_ada)) == 1 and len(day.of("signed up")) == 2
    assert day.of("logged in", as_user=bob)[0]["account"] == "b***@example.com"
    assert len(day.of("logged out", user_id=ada)) == 1


def test_every_refusal_is_told_with_what_was_asked_and_by_whom(day: Day) -> None:
    _, bob = day.users

    assert day.of("refused", code="forbidden", user_id=bob, path="/ops/invariants")
    assert day.of("refused", code="not-found", user_id=bob)
    assert day.of("refused", code="unauthenticated", path="/orders/", method="GET")
    assert day.of("refused", code="unauthenticated", path="/users/***")
    assert day.of("refused", code="cross-site", method="DELETE")
    assert day.of("refused", code="malformed-request")
    assert day.of("refused", code="validation-failed", path="/session")
    assert len(day.of("refused", code="invalid-credentials", account="b***@example.com")) == 3
    assert day.of("refused", code="too-many-attempts", level="warning")


def test_what_the_staff_is_let_into_is_told(day: Day) -> None:
    assert day.of("staff", operator=True, method="POST", path="/products/", status=201)
    assert [line for line in day.of("staff", operator=True, status=200) if line["path"].startswith("/orders/")]


def test_a_cookie_that_proves_nothing_is_told(day: Day) -> None:
    assert day.of("cookie of no session", path="/session")


def test_nobody_writes_a_line_of_their_own(day: Day) -> None:
    assert "forged" not in day.text and not day.of("logged in", user_id="forged")
