"""The same contract with sessions that live in the cookie alone."""

from collections.abc import Iterator

import pytest

from tests.harness.client import BALANCE, card
from tests.harness.problems import assert_problem
from tests.harness.server import Server
from tests.harness.shop import Shop


@pytest.fixture(scope="module")
def cookie_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("cookie"), session_store="cookie") as server:
        yield server


@pytest.fixture
def cookie_shop(cookie_server: Server) -> Iterator[Shop]:
    with Shop(cookie_server) as shop:
        yield shop


def test_an_order_moves_the_pointer_in_the_cookie(cookie_shop: Shop) -> None:
    ada, sku = cookie_shop.shopper(), cookie_shop.mug()
    before = ada.cookies["session"]

    answer = ada.order(sku)

    assert answer.status_code == 201 and ada.cookies["session"] != before
    assert len(answer.headers.get_list("set-cookie")) == 1 and "no-store" in answer.headers["cache-control"]
    assert ada.session()["last_order_id"] == answer.json()["id"]


def test_a_lost_answer_replayed_with_the_old_cookie_restores_the_pointer(cookie_shop: Shop) -> None:
    ada, sku = cookie_shop.shopper(), cookie_shop.mug()
    lost = cookie_shop.people.enter_context(ada.twin())
    order = ada.order(sku, key="lost").json()["id"]
    assert lost.session()["last_order_id"] is None

    replay = lost.order(sku, key="lost")

    assert replay.json()["id"] == order and replay.headers["idempotent-replayed"] == "true"
    assert lost.session()["last_order_id"] == order


def test_a_refusal_sets_no_cookie_and_logs_nobody_out(cookie_shop: Shop) -> None:
    ada, sku = cookie_shop.shopper(), cookie_shop.mug()
    before = cookie_shop.footprint(ada, sku)

    declined = ada.order(sku, pay=card("pm_card_chargeDeclined"))
    poor = ada.order(sku, pay=BALANCE)
    away = ada.order(sku, pay=card("pm_sandbox_unavailable"))

    assert_problem(declined, 402, "card-declined")
    assert_problem(poor, 402, "insufficient-funds")
    assert_problem(away, 503, "unavailable")
    assert not any("set-cookie" in answer.headers for answer in (declined, poor, away))
    assert cookie_shop.footprint(ada, sku) == before


def test_preferences_and_log_out_work_as_ever(cookie_shop: Shop) -> None:
    ada = cookie_shop.shopper()
    assert ada.patch("/session/preferences", json={"theme": "dark"}).json() == {"theme": "dark"}
    before = ada.session()

    assert_problem(ada.patch("/session/preferences", json={"notes": "x" * 4000}), 413, "session-too-large")

    assert ada.session()["preferences"] == before["preferences"] == {"theme": "dark"}
    assert ada.delete("/session").status_code == 204
    assert not ada.cookies and ada.session()["authenticated"] is False


def test_the_cookie_shows_nothing_that_can_be_changed(cookie_shop: Shop) -> None:
    ada = cookie_shop.shopper()
    cookie = ada.cookies["session"]

    for position in range(0, len(cookie), 11):
        forged = cookie[:position] + ("B" if cookie[position] == "A" else "A") + cookie[position + 1 :]
        answer = cookie_shop.visitor().get("/session", headers={"Cookie": f"session={forged}"})
        assert answer.json()["authenticated"] is False and "set-cookie" in answer.headers


def test_the_list_of_sessions_says_what_this_store_cannot_do(cookie_shop: Shop) -> None:
    answer = cookie_shop.shopper().get("/sessions").json()

    limits = " ".join(answer["limits"])
    assert answer["data"] == [] and "cannot be listed" in limits
    assert "nothing on the server can end it" in limits and "the last one wins" in limits
