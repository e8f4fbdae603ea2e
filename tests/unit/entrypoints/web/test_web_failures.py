"""What becomes of the session when a request fails: HTTP.md's table, row by row."""

from collections.abc import Callable

import httpx2
import pytest
from starlette.testclient import TestClient
from structlog.typing import EventDict

from service_layer.ports.errors import OutcomeUnknown, Unavailable
from tests.kit.service import Customer
from tests.kit.shop import Shop

Browsing = Callable[[Customer | None], TestClient]
DELETED = "session=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; HttpOnly; SameSite=Lax"


def is_problem(answer: httpx2.Response, status: int, code: str) -> bool:
    document = answer.json()
    same = answer.headers["x-request-id"] == document["request_id"]
    return same and (answer.status_code, document["status"], document["code"]) == (status, status, code)


def test_a_crash_ends_the_session_and_deletes_the_cookie_with_its_own_answer(
    shop: Shop, browsing: Browsing, logged: list[EventDict]
) -> None:
    ada = shop.account()
    browser = browsing(ada)

    shop.faults.at("load", RuntimeError("swordfish"), times=1)
    answer = browser.get("/session")

    assert is_problem(answer, 500, "internal-error") and "swordfish" not in answer.text
    assert answer.headers.get_list("set-cookie") == [DELETED]
    assert answer.headers["cache-control"] == "no-store"
    assert [str(event["exc_info"]) for event in logged if event["event"] == "crash"] == ["swordfish"]
    assert browsing(ada).get("/session").json()["authenticated"] is False


def test_a_crash_while_writing_leaves_no_row_and_no_session(shop: Shop, browsing: Browsing) -> None:
    ada, before = shop.account(), shop.rows("orders")

    shop.faults.at("stage", RuntimeError("swordfish"), times=1)
    answer = browsing(ada).patch("/session/preferences", json={"theme": "dark"})

    assert is_problem(answer, 500, "internal-error")
    assert shop.rows("sessions") == [] and shop.rows("orders") == before


def test_a_crash_of_a_visitor_without_a_cookie_sets_none(shop: Shop, browsing: Browsing) -> None:
    shop.faults.at("stage", RuntimeError("swordfish"), times=1)

    answer = browsing(None).patch("/session/preferences", json={"theme": "dark"})

    assert is_problem(answer, 500, "internal-error") and "set-cookie" not in answer.headers


def test_a_crash_is_answered_even_if_the_session_cannot_be_ended(shop: Shop, browsing: Browsing) -> None:
    ada = shop.account()
    shop.faults.at("begin", RuntimeError("swordfish"))

    answer = browsing(ada).get("/session")

    assert is_problem(answer, 500, "internal-error")
    assert answer.headers.get_list("set-cookie") == [DELETED]


@pytest.mark.parametrize(
    ("step", "error", "code"),
    [
        ("begin", Unavailable("the database at 10.0.0.7"), "unavailable"),
        ("commit", Unavailable("the database at 10.0.0.7"), "unavailable"),
        ("commit", OutcomeUnknown("the connection to 10.0.0.7"), "outcome-unknown"),
    ],
)
def test_an_outage_logs_nobody_out(shop: Shop, browsing: Browsing, step: str, error: Exception, code: str) -> None:
    ada = shop.account()
    browser = browsing(ada)

    shop.faults.at(step, error)
    answer = browser.patch("/session/preferences", json={"theme": "dark"})
    shop.faults.none()

    assert is_problem(answer, 503, code) and "10.0.0.7" not in answer.text
    assert int(answer.headers["retry-after"]) > 0 and "set-cookie" not in answer.headers
    assert browser.get("/session").json()["user_id"] == ada.user


def test_no_cookie_exists_before_its_commit(shop: Shop, browsing: Browsing) -> None:
    shop.faults.at("commit", Unavailable())

    answer = browsing(None).patch("/session/preferences", json={"theme": "dark"})

    assert answer.status_code == 503 and "set-cookie" not in answer.headers


def test_a_refusal_leaves_the_visitor_who_they_were(shop: Shop, browsing: Browsing) -> None:
    ada = shop.account()
    browser = browsing(ada)

    answer = browser.get("/orders/nowhere")

    assert is_problem(answer, 404, "not-found") and "set-cookie" not in answer.headers
    assert browser.get("/session").json()["user_id"] == ada.user


def test_a_session_that_is_used_lives_on(shop: Shop, browsing: Browsing) -> None:
    ada = shop.account()
    browser = browsing(ada)

    for _ in range(3):
        shop.wait_a_while(minutes=20)
        assert browser.get("/session").json()["user_id"] == ada.user
    shop.wait_a_while(minutes=31)

    late = browser.get("/session")
    assert late.json()["user_id"] is None and late.headers.get_list("set-cookie") == [DELETED]


def test_a_read_is_answered_though_it_could_not_be_noted(shop: Shop, browsing: Browsing) -> None:
    ada = shop.account()
    browser = browsing(ada)
    shop.wait_a_while(minutes=20)

    shop.faults.at("commit", Unavailable())
    answer = browser.get("/session")
    shop.faults.none()

    assert answer.status_code == 200 and answer.json()["user_id"] == ada.user
