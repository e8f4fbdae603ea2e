"""Bodies of the wrong kind or size are refused before they are read for what they say."""

import json
from collections.abc import Iterator

import pytest

from tests.harness import wire
from tests.harness.client import Shopper, card, eur
from tests.harness.problems import assert_problem
from tests.harness.shop import Shop

JSON = {"Content-Type": "application/json"}
LIMIT = 65_536


def an_order(sku: str) -> bytes:
    return json.dumps({"items": [{"sku": sku, "quantity": 1}], "payment": card()}).encode()


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/plain;application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "json",
        "",
    ],
)
def test_what_is_not_called_json_is_not_read(shop: Shop, regular: Shopper, content_type: str) -> None:
    sku = shop.mug()
    before = shop.footprint(regular, sku)

    answer = regular.post("/orders/", content=an_order(sku), headers={"Content-Type": content_type})

    assert_problem(answer, 415, "unsupported-media-type")
    assert shop.footprint(regular, sku) == before


def test_json_may_name_its_charset(shop: Shop) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}

    assert shop.shopper().post("/orders/", content=an_order(shop.mug()), headers=headers).status_code == 201


def test_a_body_of_64_kb_is_read_and_one_more_byte_is_too_many(shop: Shop) -> None:
    ada, sku = shop.shopper(), shop.mug()
    body = an_order(sku)

    largest = ada.post("/orders/", content=body.ljust(LIMIT), headers=JSON)
    before = shop.footprint(ada, sku)
    too_large = ada.post("/orders/", content=body.ljust(LIMIT + 1), headers=JSON)

    assert largest.status_code == 201
    assert_problem(too_large, 413, "body-too-large")
    assert shop.footprint(ada, sku) == before


@pytest.mark.parametrize("path", ["/users/", "/session", "/orders/", "/no-such-path"])
def test_a_body_without_an_announced_length_is_measured_too(shop: Shop, path: str) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 1024

    answer = shop.shopper().post(path, content=chunks(), headers=JSON)

    assert answer.status_code in {404, 413}
    assert_problem(answer, answer.status_code, "not-found" if path == "/no-such-path" else "body-too-large")


@pytest.mark.parametrize("length", ["65537", "1000000000000", "0" * 30 + "70000"])
def test_a_body_announced_as_too_large_need_not_be_sent(shop: Shop, length: str) -> None:
    head = wire.request("POST", "/orders/", b"", "Content-Type: application/json", f"Content-Length: {length}")

    answer = wire.ask(shop.server, head)

    assert answer.status == 413 and b"body-too-large" in answer.body


def test_zeros_before_an_announced_length_count_for_nothing(shop: Shop) -> None:
    length = f"Content-Length: {'0' * 30}2"
    request = wire.request("POST", "/orders/", b"", "Content-Type: application/json", length) + b"{}"

    answer = wire.ask(shop.server, request)

    assert answer.status != 413 and b"body-too-large" not in answer.body


@pytest.mark.parametrize(
    "head",
    [
        b"BREW /orders/ HTTP/1.1\r\nHost: shop\r\n\r\n",
        b"GET /orders/ HTTP/9.9\r\nHost: shop\r\n\r\n",
        b"POST /orders/ HTTP/1.1\r\nHost: shop\r\nContent-Length: -1\r\n\r\n",
        b"POST /orders/ HTTP/1.1\r\nHost: shop\r\nContent-Length: many\r\n\r\n",
        b"POST /orders/ HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"order a mug, please\r\n\r\n",
    ],
)
def test_what_is_not_even_http_gets_a_problem_too(shop: Shop, head: bytes) -> None:
    answer = wire.ask(shop.server, head)

    assert 400 <= answer.status < 500
    assert answer.all("content-type") == ["application/problem+json"]
    assert json.loads(answer.body)["status"] == answer.status


def test_no_answer_tells_a_secret_it_was_given(shop: Shop, regular: Shopper) -> None:
    secret = "swordfish-swordfish"  # noqa: S105

    answers = [
        regular.post("/users/", json={"name": "", "email": "x", "password": secret}),
        regular.post("/session", json={"email": regular.email, "password": secret}),
        regular.place([], pay=card(secret)),
        regular.order(shop.mug(), pay=card(secret)),
        regular.deposit(regular.account, eur(-1), pay=card(secret)),
        regular.post("/orders/", content=f'{{"token": "{secret}'.encode(), headers=JSON),
        regular.get("/session", headers={"Authorization": f"Bearer {secret}"}),
    ]

    assert all(secret not in answer.text and "Traceback" not in answer.text for answer in answers)
