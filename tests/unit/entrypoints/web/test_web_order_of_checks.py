"""What is told first, where more than one thing is wrong: another site, too large, who asks, and then what they ask."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.kit.service import Customer
from tests.kit.shop import Shop

Browsing = Callable[[Customer | None], TestClient]
FOREIGN = {"Sec-Fetch-Site": "cross-site"}
LARGE = {"items": "x" * 70_000}


@pytest.mark.parametrize(
    ("logged_in", "path", "body", "headers", "code"),
    [
        (False, "/orders/", LARGE, FOREIGN, "cross-site"),
        (False, "/orders/", LARGE, {}, "body-too-large"),
        (False, "/orders/", {}, {}, "unauthenticated"),
        (False, "/orders/", {}, {"Idempotency-Key": '"'}, "unauthenticated"),
        (False, "/products/", {}, {}, "unauthenticated"),
        (True, "/products/", {}, {}, "forbidden"),
        (True, "/orders/", {}, {"Idempotency-Key": '"'}, "idempotency-key-invalid"),
        (True, "/orders/", {}, {}, "validation-failed"),
        (True, "/transfers/", {}, {}, "idempotency-key-missing"),
        (False, "/users/", {}, {}, "validation-failed"),
    ],
)
def test_the_first_thing_wrong_is_told(
    shop: Shop, browsing: Browsing, logged_in: bool, path: str, body: Any, headers: dict[str, str], code: str
) -> None:
    browser = browsing(shop.account() if logged_in else None)

    assert browser.post(path, json=body, headers=headers).json()["code"] == code


def test_the_staff_is_told_what_is_wrong_with_a_product(browsing: Browsing) -> None:
    answer = browsing(None).post("/products/", json={}, headers={"Authorization": "Bearer the-ops-token"})

    assert answer.json()["code"] == "validation-failed"


def test_what_only_the_sandbox_has_is_not_there_without_it(browsing: Browsing) -> None:
    assert browsing(None).get("/ops/sandbox/charges").status_code == 401
    staff = {"Authorization": "Bearer the-ops-token"}
    assert browsing(None).get("/ops/sandbox/charges", headers=staff).json()["code"] == "not-found"
