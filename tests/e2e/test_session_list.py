"""The sessions of one person, seen and ended from any of them."""

import pytest

from tests.harness.problems import assert_problem
from tests.harness.shop import Shop


def test_the_list_shows_every_session_and_which_one_asks(shop: Shop) -> None:
    ada = shop.shopper()
    phone = ada.elsewhere()

    answer = phone.get("/sessions", headers={"User-Agent": "phone"})

    sessions = answer.json()["data"]
    assert answer.status_code == 200 and len(sessions) == 2
    assert [session["current"] for session in sessions].count(True) == 1
    for session in sessions:
        assert {"handle", "created_at", "last_seen_at", "user_agent", "ip", "current"} <= set(session)
        assert session["ip"] == "127.0.0.1" and session["user_agent"]
    assert not any(cookie in answer.text for client in (ada, phone) for cookie in client.cookies.values())


def test_one_session_is_ended_from_another(shop: Shop) -> None:
    ada = shop.shopper()
    phone, tablet = ada.elsewhere(), ada.elsewhere()
    handle = next(session["handle"] for session in phone.get("/sessions").json()["data"] if session["current"])

    assert ada.delete(f"/sessions/{handle}").status_code == 204

    assert phone.session()["authenticated"] is False
    assert ada.session()["authenticated"] is tablet.session()["authenticated"] is True
    assert_problem(ada.delete(f"/sessions/{handle}"), 404, "not-found")


def test_ending_all_sessions_ends_this_one_too(shop: Shop) -> None:
    ada = shop.shopper()
    phone = ada.elsewhere()

    assert ada.delete("/sessions").status_code == 204

    assert not ada.cookies
    assert ada.session()["authenticated"] is phone.session()["authenticated"] is False


def test_somebody_elses_handle_is_as_if_not_there(shop: Shop) -> None:
    ada, eve = shop.shopper(), shop.shopper("Eve")
    before = shop.footprint(ada)
    (session,) = ada.get("/sessions").json()["data"]

    assert_problem(eve.delete(f"/sessions/{session['handle']}"), 404, "not-found")
    assert_problem(eve.delete("/sessions/no-such-handle"), 404, "not-found")

    assert shop.footprint(ada) == before


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/sessions"), ("DELETE", "/sessions"), ("DELETE", "/sessions/any")]
)
def test_a_visitor_has_no_sessions(shop: Shop, method: str, path: str) -> None:
    assert_problem(shop.visitor().request(method, path), 401, "unauthenticated")
