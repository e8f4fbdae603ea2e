"""Signing up, reading and changing oneself."""

import pytest

from tests.harness.client import Shopper, unique
from tests.harness.crowd import at_once
from tests.harness.problems import assert_invalid, assert_problem
from tests.harness.shop import Shop

PASSWORD = "a-long-and-uncommon-phrase"  # noqa: S105


def fresh_email() -> str:
    return f"{unique('grace')}@example.com"


def test_a_sign_up_makes_a_user_with_one_empty_account(shop: Shop) -> None:
    email = fresh_email()

    answer = shop.visitor().sign_up("Grace", email, PASSWORD)

    user = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"].endswith(f"/users/{user['id']}")
    assert (user["name"], user["email"]) == ("Grace", email) and user["message"]
    assert [account["balance"] for account in user["accounts"]] == [{"amount": 0, "currency": "EUR"}]
    assert user["accounts"][0]["currency"] == "EUR"
    assert PASSWORD not in answer.text


def test_an_email_is_taken_whatever_its_case(shop: Shop) -> None:
    ada = shop.shopper()
    before = shop.footprint(ada)

    answer = shop.visitor().sign_up("Eve", ada.email.upper(), PASSWORD)

    assert_problem(answer, 409, "email-taken")
    assert shop.footprint(ada) == before
    assert_problem(shop.visitor().log_in(ada.email, PASSWORD), 401, "invalid-credentials")


def test_of_twenty_sign_ups_at_once_with_one_email_one_succeeds(shop: Shop) -> None:
    email, visitors = fresh_email(), [shop.visitor() for _ in range(20)]

    answers = at_once(20, lambda n: visitors[n].sign_up("Grace", email, PASSWORD))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    for refused in (answer for answer in answers if answer.status_code == 409):
        assert_problem(refused, 409, "email-taken")
    grace = visitors[0]
    assert grace.log_in(email, PASSWORD).status_code == 201
    assert len(grace.get("/accounts/").json()["data"]) == 1
    assert shop.staff.violations() == []


@pytest.mark.parametrize(
    "password",
    ["short-7", "x" * 129, "password123", "1234567890", "qwertyuiop", "Grace Hopper", "grace hopper"],
)
def test_a_weak_password_is_refused_at_its_pointer(shop: Shop, password: str) -> None:
    email = fresh_email()

    assert_invalid(shop.visitor().sign_up("Grace Hopper", email, password), "/password")

    assert_problem(shop.visitor().log_in(email, password), 401, "invalid-credentials")
    assert shop.visitor().sign_up("Grace Hopper", email, PASSWORD).status_code == 201


def test_ones_own_email_is_a_weak_password(shop: Shop) -> None:
    email = fresh_email()

    assert_invalid(shop.visitor().sign_up("Grace", email, email), "/password")


@pytest.mark.parametrize("password", ["8#Chars!", "long " * 25 + "end", "пароль-с-дороги", " leading and trailing "])
def test_a_password_of_8_to_128_characters_is_taken_as_it_is(shop: Shop, password: str) -> None:
    email, visitor = fresh_email(), shop.visitor()

    assert visitor.sign_up("Grace", email, password).status_code == 201

    assert visitor.log_in(email, password).status_code == 201
    assert_problem(shop.visitor().log_in(email, password + "x"), 401, "invalid-credentials")


@pytest.mark.parametrize(
    "email", ["", "grace", "grace@", "@example.com", "a b@example.com", "a@b@example.com", None, 7]
)
def test_an_email_that_is_none_is_refused(shop: Shop, email: object) -> None:
    body = {"name": "Grace", "email": email, "password": PASSWORD}

    assert_invalid(shop.visitor().post("/users/", json=body), "/email")


def test_one_can_read_oneself_by_either_name(shop: Shop) -> None:
    ada = shop.shopper()

    me, by_id = ada.get("/users/me"), ada.get(f"/users/{ada.id}")

    assert me.status_code == by_id.status_code == 200
    assert me.headers["etag"] == by_id.headers["etag"]
    assert me.json()["id"] == by_id.json()["id"] == ada.id
    assert me.json()["email"] == ada.email and me.json()["name"] == "Ada"


@pytest.mark.parametrize("path", ["/users/me", "/users/0", "/users/{ada}"])
def test_a_visitor_reads_nobody(shop: Shop, path: str) -> None:
    ada = shop.shopper()

    assert_problem(shop.visitor().get(path.format(ada=ada.id)), 401, "unauthenticated")


def test_somebody_else_is_as_if_not_there(shop: Shop) -> None:
    ada, eve = shop.shopper(), shop.shopper("Eve")

    other = assert_problem(eve.get(f"/users/{ada.id}"), 404, "not-found")
    nobody = assert_problem(eve.get("/users/01890000-0000-7000-8000-000000000000"), 404, "not-found")

    assert other["title"] == nobody["title"] and ada.email not in str(other)


def test_a_name_is_changed_with_the_current_etag(shop: Shop) -> None:
    ada = shop.shopper()
    etag = ada.get("/users/me").headers["etag"]

    answer = ada.patch("/users/me", json={"name": "Augusta"}, headers={"If-Match": etag})

    assert answer.status_code == 200 and answer.json()["name"] == "Augusta"
    assert answer.headers["etag"] == ada.get("/users/me").headers["etag"] != etag


def test_a_stale_or_missing_etag_changes_nothing(shop: Shop) -> None:
    ada = shop.shopper()
    old = ada.get("/users/me").headers["etag"]
    ada.patch("/users/me", json={"name": "Augusta"}, headers={"If-Match": old}).raise_for_status()
    before = shop.footprint(ada)

    stale = ada.patch("/users/me", json={"name": "Eve"}, headers={"If-Match": old})
    missing = ada.patch("/users/me", json={"name": "Eve"})
    anonymous = shop.visitor().patch("/users/me", json={"name": "Eve"}, headers={"If-Match": old})

    assert_problem(stale, 412, "stale")
    assert_problem(missing, 428, "precondition-required")
    assert_problem(anonymous, 401, "unauthenticated")
    assert shop.footprint(ada) == before


@pytest.mark.parametrize("name", ["", "   ", "x" * 10_000, None, 7, "a\0b"])
def test_a_name_that_is_none_changes_nothing(shop: Shop, regular: Shopper, name: object) -> None:
    before, etag = shop.footprint(regular), regular.get("/users/me").headers["etag"]

    assert_invalid(regular.patch("/users/me", json={"name": name}, headers={"If-Match": etag}), "/name")

    assert shop.footprint(regular) == before
