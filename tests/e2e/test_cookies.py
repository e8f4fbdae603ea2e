"""The one cookie: what it looks like, when it comes, and what becomes of a bad one."""

import httpx2
import pytest

from tests.harness import wire
from tests.harness.client import Client
from tests.harness.problems import assert_problem
from tests.harness.shop import Shop


def attributes(response: httpx2.Response) -> dict[str, str]:
    """Of the one Set-Cookie, names in lower case."""
    (cookie,) = response.headers.get_list("set-cookie")
    assert len(cookie.partition(";")[0].encode()) <= 4096
    pairs = (part.strip().partition("=") for part in cookie.split(";"))
    return {name.lower(): value for name, _, value in pairs}


def assert_deleted(response: httpx2.Response) -> None:
    cookie = attributes(response)
    assert "session" in cookie and cookie["path"] == "/" and "domain" not in cookie
    assert cookie.get("max-age") == "0" or "1970" in cookie.get("expires", "")


def test_a_log_in_sets_one_cookie_by_the_rules(shop: Shop) -> None:
    ada = shop.shopper()

    answer = shop.visitor().log_in(ada.email, ada.password)

    cookie = attributes(answer)
    assert {"session", "httponly", "samesite", "path"} <= set(cookie)
    assert not {"domain", "secure"} & set(cookie)
    assert cookie["samesite"].lower() == "lax" and cookie["path"] == "/"
    assert "no-store" in answer.headers["cache-control"]
    assert len(cookie["session"]) >= 43  # 256 bits in Base64


def test_the_socket_carries_exactly_one_set_cookie(shop: Shop) -> None:
    ada = shop.shopper()
    body = f'{{"email": "{ada.email}", "password": "{ada.password}"}}'.encode()

    answer = wire.ask(shop.server, wire.request("POST", "/session", body))

    assert answer.status == 201 and len(answer.all("set-cookie")) == 1
    assert int(answer.all("content-length")[0]) == len(answer.body)


def test_answers_that_depend_on_the_session_say_so(shop: Shop) -> None:
    ada = shop.shopper()

    for client, path in ((ada, "/session"), (shop.visitor(), "/session"), (ada, "/orders/"), (ada, "/users/me")):
        assert "cookie" in client.get(path).headers["vary"].lower()


def test_reading_and_being_refused_sets_no_cookie(shop: Shop) -> None:
    ada, sku = shop.shopper(), shop.mug()

    answers = [ada.get("/session"), ada.get("/products/"), ada.order(sku, 999), ada.get("/orders/nowhere")]
    answers += [shop.visitor().get("/products/"), shop.visitor().order(sku)]

    assert not any("set-cookie" in answer.headers for answer in answers)


def test_a_log_out_deletes_the_cookie(shop: Shop) -> None:
    answer = shop.shopper().delete("/session")

    assert_deleted(answer)
    assert "no-store" in answer.headers["cache-control"]


def with_cookie(client: Client, value: str) -> httpx2.Response:
    return client.get("/session", headers={"Cookie": f"session={value}"})


@pytest.mark.parametrize(
    "value",
    [
        "",
        "garbage",
        "q5pUHO0Xf1mZq1d0d6g3bA4oVqk1mF0b8uYw2k3ZJ5s",
        "q5pUHO0Xf1mZq1d0d6g3bA4oVqk1mF0b8uYw2k3ZJ5s.aRrZ5w.8Jm1v3bTt9o0kqL5x2Yc7dEfGhI",
        "x" * 10_240,
        '"quoted"',
        "%00%ff",
        "..",
        "\xff\xfe",
    ],
)
def test_a_cookie_of_garbage_makes_a_visitor_and_is_deleted(shop: Shop, value: str) -> None:
    answer = shop.visitor().get("/session", headers=[(b"Cookie", f"session={value}".encode("latin-1"))])

    assert answer.status_code == 200 and answer.json()["authenticated"] is False
    assert_deleted(answer)


def test_a_garbage_cookie_is_refused_what_a_visitor_is(shop: Shop) -> None:
    headers, sku = {"Cookie": "session=garbage"}, shop.mug()
    body = {"items": [{"sku": sku, "quantity": 1}], "payment": {"method": "balance"}}

    assert_problem(shop.visitor().post("/orders/", json=body, headers=headers), 401, "unauthenticated")
    assert shop.visitor().get(f"/products/{sku}", headers=headers).status_code == 200

    assert shop.staff.available(sku) == 10


def test_a_cookie_changed_anywhere_is_nobodys(shop: Shop) -> None:
    ada = shop.shopper()
    cookie = ada.cookies["session"]

    for position in range(0, len(cookie), 7):
        other = "B" if cookie[position] == "A" else "A"
        answer = with_cookie(shop.visitor(), cookie[:position] + other + cookie[position + 1 :])
        assert answer.json()["authenticated"] is False
        assert_deleted(answer)

    for forged in (cookie[:-1], cookie + "A", cookie * 2, cookie.upper()):
        assert with_cookie(shop.visitor(), forged).json()["authenticated"] is False
    assert ada.session()["authenticated"] is True


@pytest.mark.parametrize(
    "raw", [bytes(range(0x80, 0x100)), b"session", b"session=" + bytes(range(0x80, 0x100)), b"=;=;;"]
)
def test_a_cookie_header_of_any_bytes_is_no_error(shop: Shop, raw: bytes) -> None:
    request = b"GET /session HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nCookie: " + raw + b"\r\n\r\n"

    answer = wire.ask(shop.server, request)

    assert answer.status == 200 and b'"authenticated":false' in answer.body.replace(b" ", b"")


def test_several_cookies_of_one_name_are_no_error(shop: Shop) -> None:
    ada = shop.shopper()
    both = f"session=garbage; session={ada.cookies['session']}; theme=dark"

    answers = [shop.visitor().get("/session", headers={"Cookie": cookie}) for cookie in (both, "session=a; session=b")]

    assert {answer.status_code for answer in answers} == {200}
