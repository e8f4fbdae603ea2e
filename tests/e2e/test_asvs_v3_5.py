"""OWASP ASVS 5.0, V3.5: what other origins may do, which is nothing."""

import pytest

from tests.harness import wire
from tests.harness.problems import assert_problem
from tests.harness.shop import Shop

FORMS = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]
SCRIPT = {"Sec-Fetch-Dest": "script", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Site": "cross-site"}


def test_v3_5_1_a_forged_request_is_refused_and_changes_nothing(shop: Shop) -> None:
    ada = shop.shopper()
    before = shop.footprint(ada)

    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert_problem(ada.delete("/sessions", headers=headers), 403, "cross-site")

    assert shop.footprint(ada) == before


@pytest.mark.parametrize("content_type", FORMS)
def test_v3_5_2_what_needs_no_preflight_is_not_taken(shop: Shop, content_type: str) -> None:
    ada = shop.shopper()
    body = b'{"email": "ada@example.com", "password": "a-long-and-uncommon-phrase"}'

    answer = ada.post("/session", content=body, headers={"Content-Type": content_type})

    assert_problem(answer, 415, "unsupported-media-type")


def test_v3_5_2_no_other_origin_is_let_through_a_preflight(shop: Shop) -> None:
    asks = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}

    answer = shop.visitor().options("/orders/", headers=asks)

    assert answer.status_code == 405 and not [name for name in answer.headers if name.startswith("access-control")]


def test_v3_5_3_safe_methods_change_nothing(shop: Shop) -> None:
    ada, sku = shop.shopper(funds=100), shop.mug()
    before = shop.footprint(ada, sku)

    for method in ("GET", "HEAD", "OPTIONS", "TRACE"):
        for path in ("/orders/", "/session", "/sessions", "/transfers/", "/ops/reconcile", f"/accounts/{ada.account}"):
            assert ada.request(method, path).status_code < 500

    assert shop.footprint(ada, sku) == before and ada.session()["authenticated"] is True


def test_v3_5_4_a_cookie_is_never_for_neighbouring_hosts(shop: Shop) -> None:
    ada = shop.shopper()

    (header,) = ada.log_in(ada.email, ada.password).headers.get_list("set-cookie")

    assert "domain" not in header.lower()


@pytest.mark.parametrize("path", ["/docs", "/problems/not-found"])
def test_v3_5_5_no_page_listens_to_messages_for_none_has_a_script(shop: Shop, path: str) -> None:
    answer = shop.visitor().get(path)

    assert "<script" not in answer.text and " on" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["callback", "jsonp", "cb"])
def test_v3_5_6_no_answer_is_wrapped_into_a_call(shop: Shop, name: str) -> None:
    answer = shop.shopper().get("/session", params={name: "steal"})

    assert answer.headers["content-type"] == "application/json" and answer.text.startswith("{")
    assert "steal" not in answer.text


def test_v3_5_7_nothing_personal_is_a_script(shop: Shop) -> None:
    ada = shop.shopper()

    for path in ("/session", "/users/me", "/orders/", "/accounts/"):
        answer = ada.get(path, headers=SCRIPT)
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_v3_5_8_nothing_is_embedded_by_another_origin(shop: Shop) -> None:
    answers = [wire.ask(shop.server, wire.request("GET", path)) for path in ("/session", "/docs", "/nowhere")]

    assert [answer.all("cross-origin-resource-policy") for answer in answers] == [["same-origin"]] * 3
    assert all("frame-ancestors 'none'" in answer.all("content-security-policy")[0] for answer in answers)
