"""What another site may make a browser do here: nothing that changes anything."""

import pytest

from tests.harness.client import Client
from tests.harness.problems import assert_problem
from tests.harness.server import TRUSTED_ORIGIN
from tests.harness.shop import Shop

OWN = "{own}"

ALLOWED = [
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": OWN},
    {"Origin": OWN},
    {"Origin": TRUSTED_ORIGIN},
    {"Origin": TRUSTED_ORIGIN, "Sec-Fetch-Site": "cross-site"},
    {"Origin": TRUSTED_ORIGIN, "Sec-Fetch-Site": "same-site"},
]
REFUSED = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "anything-else"},
    {"Sec-Fetch-Site": "cross-site", "Origin": OWN},
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": OWN + "0"},
    {"Origin": OWN + ".evil.example"},
    {"Origin": TRUSTED_ORIGIN + ".evil.example"},
    {"Origin": TRUSTED_ORIGIN + ":444"},
    {"Origin": TRUSTED_ORIGIN.replace("https", "http")},
    {"Origin": TRUSTED_ORIGIN.upper()[:5] + "evil"},
]
UNSAFE = [
    ("POST", "/users/"),
    ("POST", "/session"),
    ("DELETE", "/session"),
    ("PATCH", "/session/preferences"),
    ("DELETE", "/sessions"),
    ("PATCH", "/users/me"),
    ("POST", "/orders/"),
    ("POST", "/transfers/"),
    ("POST", "/no-such-path"),
]


def headers(shop: Shop, template: dict[str, str]) -> dict[str, str]:
    return {name: value.replace(OWN, shop.server.base_url) for name, value in template.items()}


def prefer_dark(client: Client, sent: dict[str, str]) -> int:
    return client.patch("/session/preferences", json={"theme": "dark"}, headers=sent).status_code


@pytest.mark.parametrize("sent", ALLOWED, ids=str)
def test_our_own_pages_and_trusted_ones_may_change_things(shop: Shop, sent: dict[str, str]) -> None:
    assert prefer_dark(shop.visitor(), headers(shop, sent)) == 200


@pytest.mark.parametrize("sent", REFUSED, ids=str)
def test_other_sites_may_not(shop: Shop, sent: dict[str, str]) -> None:
    ada, sku = shop.shopper(), shop.mug()
    before = shop.footprint(ada, sku)
    body = {"items": [{"sku": sku, "quantity": 1}], "payment": {"method": "card", "token": "pm_card_visa"}}

    answer = ada.post("/orders/", json=body, headers=headers(shop, sent))

    assert_problem(answer, 403, "cross-site")
    assert "set-cookie" not in answer.headers
    assert shop.footprint(ada, sku) == before


@pytest.mark.parametrize(("method", "path"), UNSAFE)
def test_every_unsafe_method_is_guarded(shop: Shop, method: str, path: str) -> None:
    ada = shop.shopper()
    before = shop.footprint(ada)

    answer = ada.request(method, path, headers={"Sec-Fetch-Site": "cross-site"})

    assert_problem(answer, 403, "cross-site")
    assert shop.footprint(ada) == before


def test_nobody_is_logged_in_from_another_site(shop: Shop) -> None:
    eve, victim = shop.shopper("Eve"), shop.visitor()
    body = {"email": eve.email, "password": eve.password}

    answer = victim.post("/session", json=body, headers={"Origin": "https://evil.example"})

    assert_problem(answer, 403, "cross-site")
    assert not victim.cookies and victim.session()["authenticated"] is False


def test_reading_from_another_site_is_as_safe_as_ever(shop: Shop) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}

    answer = shop.shopper().get("/session", headers=foreign)

    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


def test_a_bearer_token_is_no_cookie(shop: Shop) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}

    assert shop.staff.post("/ops/reconcile", headers=foreign).status_code == 200
