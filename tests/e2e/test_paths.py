"""Both slash forms answer the same; what is not there, or not done that way, says so."""

import pytest

from tests.harness.client import eur, unique
from tests.harness.problems import assert_invalid, assert_problem
from tests.harness.shop import Shop

READ = [
    "/users/me",
    "/session",
    "/sessions",
    "/products",
    "/orders",
    "/accounts",
    "/livez",
    "/readyz",
    "/problems/not-found",
    "/openapi.json",
    "/docs",
    "/orders/nowhere",
    "/products/nowhere",
    "/accounts/nowhere",
    "/accounts/nowhere/entries",
    "/users/nowhere",
    "/problems/nowhere",
    "/ops/invariants",
]
WRITTEN = [
    ("POST", "/users"),
    ("PATCH", "/users/me"),
    ("POST", "/users/me/password"),
    ("POST", "/session"),
    ("PATCH", "/session/preferences"),
    ("DELETE", "/sessions/nowhere"),
    ("POST", "/products"),
    ("PATCH", "/products/nowhere"),
    ("POST", "/products/nowhere/stock-adjustments"),
    ("POST", "/orders"),
    ("POST", "/orders/nowhere/cancel"),
    ("POST", "/orders/nowhere/fulfill"),
    ("POST", "/accounts/nowhere/deposits"),
    ("POST", "/transfers"),
    ("POST", "/ops/reconcile"),
    ("DELETE", "/session"),
    ("DELETE", "/sessions"),
]

NO_IDS = ["0", "nowhere", "x" * 3000, "%00", "%ff", "%F0%9F%A6%86", "null", "01890000-0000-7000-8000-00000000000g"]


@pytest.mark.parametrize("path", READ)
def test_both_slash_forms_are_read_alike(shop: Shop, path: str) -> None:
    ada = shop.shopper()

    without, with_slash = ada.get(path), ada.get(f"{path}/")

    assert without.status_code == with_slash.status_code not in {301, 302, 307, 308}
    assert without.headers["content-type"] == with_slash.headers["content-type"]


@pytest.mark.parametrize(("method", "path"), WRITTEN)
def test_both_slash_forms_are_written_alike(shop: Shop, method: str, path: str) -> None:
    ada, eve = shop.shopper(), shop.shopper("Eve")

    without, with_slash = ada.request(method, path, json={}), eve.request(method, f"{path}/", json={})

    assert without.status_code == with_slash.status_code not in {301, 302, 307, 308}
    if not without.is_success:
        assert without.json()["code"] == with_slash.json()["code"]


def test_both_slash_forms_do_the_same(shop: Shop) -> None:
    ada, sku = shop.shopper(), shop.mug()
    body = {"items": [{"sku": sku, "quantity": 1}], "payment": {"method": "card", "token": "pm_card_visa"}}

    assert [ada.post(path, json=body).status_code for path in ("/orders", "/orders/")] == [201, 201]
    assert [ada.get(f"/products/{sku}{slash}").json()["available"] for slash in ("", "/")] == [8, 8]
    product = {"name": "Cup", "price": eur(300), "on_hand": 1}
    for path in ("/products", "/products/"):
        assert shop.staff.post(path, json=product | {"sku": unique("cup")}).status_code == 201


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/orders/a/b/c", "/users/me/passwords", "/ops", "/%2e%2e/etc", "/%00"]
)
def test_an_unknown_path_is_a_problem(shop: Shop, path: str) -> None:
    answer = shop.shopper().post(path, json={})

    assert_problem(answer, answer.status_code, answer.json()["code"])
    assert (answer.status_code, answer.json()["code"]) in {(404, "not-found"), (405, "method-not-allowed")}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/orders/", {"GET", "POST"}),
        ("DELETE", "/users/me", {"GET", "PATCH"}),
        ("POST", "/livez", {"GET"}),
        ("PUT", "/session", {"GET", "POST", "DELETE"}),
        ("GET", "/transfers/", {"POST"}),
        ("TRACE", "/session", {"GET", "POST", "DELETE"}),
    ],
)
def test_a_method_that_is_not_there_names_those_that_are(shop: Shop, method: str, path: str, allowed: set[str]) -> None:
    answer = shop.visitor().request(method, path)

    assert_problem(answer, 405, "method-not-allowed")
    assert allowed <= {name.strip() for name in answer.headers["allow"].split(",")}


@pytest.mark.parametrize("path", ["/orders/{}", "/users/{}", "/accounts/{}", "/products/{}", "/accounts/{}/entries"])
def test_an_id_of_any_form_is_not_found(shop: Shop, path: str) -> None:
    ada = shop.shopper()

    for identity in NO_IDS:
        assert_problem(ada.get(path.format(identity)), 404, "not-found")
    assert_problem(ada.get(f"/orders/{ada.account}"), 404, "not-found")


def test_a_request_without_a_body_is_told_what_it_takes(shop: Shop) -> None:
    ada = shop.shopper()
    before = shop.footprint(ada)

    assert_invalid(ada.post("/orders/", headers={"Content-Type": "application/json"}))

    assert shop.footprint(ada) == before
