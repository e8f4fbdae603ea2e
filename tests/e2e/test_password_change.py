"""Changing the password ends every other session."""

import httpx2

from tests.harness.client import Client
from tests.harness.problems import assert_invalid, assert_problem
from tests.harness.shop import Shop

NEW = "another-uncommon-phrase"  # a password


def change(client: Client, current: str, new: str) -> httpx2.Response:
    return client.post("/users/me/password", json={"current_password": current, "new_password": new})


def test_the_new_password_counts_and_the_old_one_no_longer(shop: Shop) -> None:
    ada = shop.shopper()

    assert change(ada, ada.password, NEW).status_code == 204

    assert_problem(shop.visitor().log_in(ada.email, ada.password), 401, "invalid-credentials")
    assert shop.visitor().log_in(ada.email, NEW).status_code == 201


def test_other_sessions_end_and_this_one_gets_a_new_id(shop: Shop) -> None:
    ada = shop.shopper()
    phone, thief = ada.elsewhere(), ada.twin()
    old = ada.cookies["session"]

    change(ada, ada.password, NEW)

    assert ada.session()["user_id"] == ada.id and ada.cookies["session"] != old
    assert phone.session()["authenticated"] is False
    assert thief.session()["authenticated"] is False
    assert len(ada.get("/sessions").json()["data"]) == 1


def test_a_wrong_current_password_changes_nothing(shop: Shop) -> None:
    ada = shop.shopper()
    phone, before = ada.elsewhere(), shop.footprint(ada)

    assert_problem(change(ada, "not-my-password", NEW), 401, "invalid-credentials")

    assert shop.footprint(ada) == before
    assert phone.session()["authenticated"] is True
    assert_problem(shop.visitor().log_in(ada.email, NEW), 401, "invalid-credentials")


def test_a_weak_new_password_changes_nothing(shop: Shop) -> None:
    ada = shop.shopper()
    before = shop.footprint(ada)

    assert_invalid(change(ada, ada.password, "password123"), "/new_password")
    assert_invalid(change(ada, ada.password, ada.email), "/new_password")

    assert shop.footprint(ada) == before
    assert shop.visitor().log_in(ada.email, ada.password).status_code == 201


def test_a_visitor_has_no_password_to_change(shop: Shop) -> None:
    assert_problem(change(shop.visitor(), "whatever-it-was", NEW), 401, "unauthenticated")
