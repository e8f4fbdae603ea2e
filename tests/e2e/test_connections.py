"""What a connection is told that says too much, or says something else after a good request."""

import json

import pytest

from tests.harness import wire
from tests.harness.shop import Shop

MOST = 32 * 1024
GOOD = b"GET /products/ HTTP/1.1\r\nHost: shop\r\n\r\n"
GARBAGE = b"order a mug, please\r\n\r\n"


def padded(size: int) -> bytes:
    """A request whose line and fields are about so large."""
    return b"GET /livez HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nX-Padding: %s\r\n\r\n" % (b"x" * (size - 100))


def answers(raw: bytes) -> list[wire.Answer]:
    """Of several, one after the other."""
    return [wire.parse(b"HTTP/1.1 " + part) for part in raw.split(b"HTTP/1.1 ")[1:]]


def assert_too_large(answer: wire.Answer) -> None:
    assert answer.status == 431 and answer.all("content-type") == ["application/problem+json"]
    assert answer.all("connection") == ["close"] and answer.all("x-request-id")
    assert json.loads(answer.body)["code"] == "header-fields-too-large"


def test_header_fields_of_32_kb_are_read(shop: Shop) -> None:
    assert wire.ask(shop.server, padded(MOST)).status == 200


@pytest.mark.parametrize("size", [MOST + 200, 300_000, 3_000_000])
def test_larger_header_fields_are_refused(shop: Shop, size: int) -> None:
    assert_too_large(wire.ask(shop.server, padded(size)))


def test_many_small_fields_are_as_large_as_a_large_one(shop: Shop) -> None:
    fields = b"".join(b"X-%d: y\r\n" % number for number in range(10_000))

    assert_too_large(wire.ask(shop.server, GOOD[:-2] + fields + b"\r\n"))


def test_a_head_that_never_ends_is_refused_as_well(shop: Shop) -> None:
    assert_too_large(wire.ask(shop.server, b"GET /livez?" + b"x" * 2 * MOST))


def test_a_body_is_not_counted_with_the_head_behind_it(shop: Shop) -> None:
    body = b'{"email": "%s"}' % (b"x" * 60_000)
    first = b"POST /session HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"

    with wire.connect(shop.server) as line:
        line.sendall(first % len(body) + body + padded(MOST))
        told = answers(wire.drain(line))

    assert [answer.status for answer in told] == [422, 200]


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize(
    "bad", [GARBAGE, GOOD[:-2] + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", padded(2 * MOST)], ids=str
)
def test_good_requests_are_answered_before_what_is_wrong_behind_them(shop: Shop, times: int, bad: bytes) -> None:
    with wire.connect(shop.server) as line:
        line.sendall(GOOD * times + bad)
        told = answers(wire.drain(line))

    assert [answer.status for answer in told] == [*[200] * times, 431 if len(bad) > MOST else 400]
    assert json.loads(told[-1].body)["code"] in {"header-fields-too-large", "malformed-request"}


@pytest.mark.parametrize(
    "line", ["POST /orders/nowhere/cancel", "DELETE /session", "DELETE /sessions", "GET /products/"]
)
def test_a_body_that_nobody_asked_for_is_measured_too(shop: Shop, line: str) -> None:
    method, path = line.split()
    head = wire.request(method, path, b"", "Transfer-Encoding: chunked")

    answer = wire.ask(shop.server, head + (b"400\r\n" + b"x" * 1024 + b"\r\n") * 100 + b"0\r\n\r\n")

    assert answer.status == 413 and json.loads(answer.body)["code"] == "body-too-large"
