"""Somebody is shut out by the staff, and let in again."""

import pytest

from tests.harness.problems import assert_problem
from tests.harness.server import lockstep
from tests.harness.shop import Shop


def test_v7_4_2_every_session_of_a_disabled_user_is_dead_before_the_answer(shop: Shop) -> None:
    ada, bob = shop.shopper(), shop.shopper("Bob")
    phone, thief = ada.elsewhere(), ada.twin()

    answer = shop.staff.post(f"/users/{ada.id}/disable")

    assert answer.status_code == 204 and not answer.content
    assert not any(window.session()["authenticated"] for window in (ada, phone, thief))
    assert bob.session()["authenticated"] is True
    assert shop.staff.post(f"/users/{ada.id}/disable").status_code == 204


def test_a_disabled_user_gets_the_answer_of_a_wrong_password(shop: Shop) -> None:
    ada = shop.shopper()
    shop.staff.post(f"/users/{ada.id}/disable").raise_for_status()

    right, wrong = (shop.visitor().log_in(ada.email, password) for password in (ada.password, "a-wrong-password"))

    assert_problem(right, 401, "invalid-credentials")
    assert_problem(wrong, 401, "invalid-credentials")
    assert {**right.json(), "request_id": ""} == {**wrong.json(), "request_id": ""}


def test_an_enabled_user_may_log_in_again(shop: Shop) -> None:
    ada = shop.shopper()
    shop.staff.post(f"/users/{ada.id}/disable").raise_for_status()

    assert shop.staff.post(f"/users/{ada.id}/enable").status_code == 204
    assert shop.staff.post(f"/users/{ada.id}/enable").status_code == 204

    assert ada.session()["authenticated"] is False
    assert ada.log_in(ada.email, ada.password).status_code == 201


@pytest.mark.parametrize("what", ["disable", "enable"])
def test_only_the_staff_may_and_only_with_users_that_there_are(shop: Shop, what: str) -> None:
    ada, eve = shop.shopper(), shop.shopper("Eve")

    assert_problem(eve.post(f"/users/{ada.id}/{what}"), 403, "forbidden")
    assert_problem(shop.visitor().post(f"/users/{ada.id}/{what}"), 401, "unauthenticated")
    assert_problem(shop.staff.post(f"/users/nobody/{what}"), 404, "not-found")

    assert ada.session()["authenticated"] is True


def test_the_command_line_shuts_out_and_lets_in_while_the_service_runs(shop: Shop) -> None:
    ada, data_dir = shop.shopper(), shop.server.data_dir

    disabled = lockstep("users", "disable", ada.email, data_dir=data_dir)
    assert disabled.returncode == 0 and ada.session()["authenticated"] is False
    assert_problem(ada.log_in(ada.email, ada.password), 401, "invalid-credentials")

    assert lockstep("users", "enable", ada.email, data_dir=data_dir).returncode == 0
    assert ada.log_in(ada.email, ada.password).status_code == 201
    unknown = lockstep("users", "disable", "nobody@example.com", data_dir=data_dir)
    assert unknown.returncode == 1 and "Traceback" not in unknown.stderr


def test_a_new_role_ends_the_sessions_that_do_not_have_it(shop: Shop) -> None:
    ada = shop.shopper()
    before = ada.cookies["session"]

    assert lockstep("users", "grant-staff", ada.email, data_dir=shop.server.data_dir).returncode == 0

    assert ada.session()["authenticated"] is False
    assert ada.log_in(ada.email, ada.password).json()["roles"] == ["staff"] and ada.cookies["session"] != before
