"""Logging in and out, and what a visitor prefers."""

from collections.abc import Callable
from time import perf_counter

import pytest

from tests.harness.client import Client, Shopper
from tests.harness.problems import assert_invalid, assert_problem
from tests.harness.shop import Shop

NOBODY = {"authenticated": False, "user_id": None, "last_order_id": None, "expires_at": None, "idle_expires_at": None}


def prefer(client: Client, patch: object) -> object:
    return client.patch("/session/preferences", json=patch).raise_for_status().json()


def timed(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return perf_counter() - start


def test_a_visitor_has_an_empty_session_and_no_cookie(shop: Shop) -> None:
    answer = shop.visitor().get("/session")

    assert answer.status_code == 200 and "set-cookie" not in answer.headers
    assert NOBODY.items() <= answer.json().items()
    assert not answer.json()["roles"] and not answer.json()["preferences"]


def test_a_log_in_answers_with_the_session_it_made(shop: Shop) -> None:
    ada, device = shop.shopper(), shop.visitor()

    answer = device.log_in(ada.email.upper(), ada.password)

    session = answer.json()
    assert answer.status_code == 201 and session == device.session() | {
        name: session[name] for name in ("expires_at", "idle_expires_at")
    }
    assert session["authenticated"] is True and session["user_id"] == ada.id and session["roles"] == []
    assert session["last_order_id"] is None
    assert session["idle_expires_at"] < session["expires_at"]


def test_wrong_and_unknown_credentials_get_one_answer(shop: Shop) -> None:
    ada, visitor = shop.shopper(), shop.visitor()
    before = shop.footprint(ada)

    wrong = assert_problem(visitor.log_in(ada.email, "not-my-password"), 401, "invalid-credentials")
    unknown = assert_problem(visitor.log_in("nobody@example.com", "not-my-password"), 401, "invalid-credentials")

    assert wrong | {"request_id": ""} == unknown | {"request_id": ""}
    assert visitor.session()["authenticated"] is False and not visitor.cookies
    assert shop.footprint(ada) == before


def test_an_unknown_email_takes_as_long_as_a_wrong_password(shop: Shop) -> None:
    ada, visitor = shop.shopper(), shop.visitor()
    emails = {"known": ada.email, "unknown": "nobody@example.com"}

    rounds = [
        {who: timed(lambda e=email: visitor.log_in(e, "wrong")) for who, email in emails.items()} for _ in range(8)
    ]

    known, unknown = (min(seconds[who] for seconds in rounds) for who in emails)
    assert unknown > known / 3  # a hash that is not computed saves far more than that


def test_a_failed_log_in_leaves_the_one_who_was_there(shop: Shop) -> None:
    ada = shop.shopper()
    before = shop.footprint(ada)

    assert_problem(ada.log_in(ada.email, "not-my-password"), 401, "invalid-credentials")

    assert shop.footprint(ada) == before


def test_a_log_in_never_keeps_an_id_that_was_there_before(shop: Shop) -> None:
    ada, victim = shop.shopper(), shop.visitor()
    prefer(victim, {"theme": "dark"})
    planted = victim.cookies["session"]
    attacker = shop.visitor()
    attacker.cookies.update(victim.cookies)

    victim.log_in(ada.email, ada.password).raise_for_status()

    assert victim.cookies["session"] != planted
    assert attacker.session()["authenticated"] is False


def test_a_log_in_as_somebody_else_ends_the_first_session(shop: Shop) -> None:
    ada, eve = shop.shopper(), shop.shopper("Eve")
    window = ada.twin()

    ada.log_in(eve.email, eve.password).raise_for_status()

    assert ada.session()["user_id"] == eve.id
    assert window.session()["authenticated"] is False


def test_a_log_out_kills_the_id_on_the_server(shop: Shop) -> None:
    ada = shop.shopper()
    copy = ada.twin()

    answer = ada.delete("/session")

    assert answer.status_code == 204 and answer.content == b"" and not ada.cookies
    assert ada.session()["authenticated"] is False
    assert copy.session()["authenticated"] is False
    assert ada.delete("/session").status_code == copy.delete("/session").status_code == 204
    assert shop.visitor().delete("/session").status_code == 204


def test_preferences_are_merged_as_rfc_7396_says(shop: Shop) -> None:
    for client in (shop.visitor(), shop.shopper()):
        assert prefer(client, {"theme": "dark", "list": {"rows": 20, "dense": True}}) == {
            "theme": "dark",
            "list": {"rows": 20, "dense": True},
        }
        assert prefer(client, {"theme": None, "list": {"dense": None, "sort": ["name"]}}) == {
            "list": {"rows": 20, "sort": ["name"]}
        }
        assert client.session()["preferences"] == {"list": {"rows": 20, "sort": ["name"]}}


def test_a_merge_patch_may_say_so(shop: Shop) -> None:
    headers = {"Content-Type": "application/merge-patch+json"}

    answer = shop.visitor().patch("/session/preferences", content=b'{"theme": "dark"}', headers=headers)

    assert answer.status_code == 200 and answer.json() == {"theme": "dark"}


def test_preferences_over_4_kb_change_nothing(shop: Shop) -> None:
    ada = shop.shopper()
    prefer(ada, {"theme": "dark"})
    before = shop.footprint(ada)

    assert_problem(ada.patch("/session/preferences", json={"notes": "x" * 5000}), 413, "session-too-large")

    assert shop.footprint(ada) == before


@pytest.mark.parametrize("patch", [[], "dark", 7, None])
def test_preferences_are_an_object(shop: Shop, regular: Shopper, patch: object) -> None:
    before = shop.footprint(regular)

    assert_invalid(regular.patch("/session/preferences", json=patch))

    assert shop.footprint(regular) == before
