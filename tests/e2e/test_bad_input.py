"""Input that is wrong gets a problem that says what and where; never a 500, never a change."""

import json

import pytest

from tests.harness.client import Json, Shopper, card
from tests.harness.problems import assert_invalid, assert_problem
from tests.harness.shop import Shop

JSON = {"Content-Type": "application/json"}


def an_order(sku: str = "mug", **changes: object) -> Json:
    return {"items": [{"sku": sku, "quantity": 1}], "payment": card()} | changes


def a_line(**changes: object) -> Json:
    return an_order(items=[{"sku": "mug", "quantity": 1} | changes])


NOT_JSON = [
    b"",
    b"{",
    b"mug",
    b"{'items': []}",
    b'{"items": [],}',
    b'{"items": NaN}',
    b'{"items": Infinity}',
    b'{"items": [] /* none */}',
    b"\xff\xfe{}",
    b'{"items": "\xff"}',
    b'{"items": "\x00"}',
    '{"items": []}'.encode("utf-16"),
    b"[" * 10_000,
    b'{"a":' * 5_000,
    b'{"items": [], "items": []}',
    b'{"items": [{"sku": "mug", "sku": "cup", "quantity": 1}], "payment": {"method": "balance"}}',
]


@pytest.mark.parametrize("body", NOT_JSON, ids=lambda body: body[:24])
def test_what_is_not_json_is_told_so(shop: Shop, regular: Shopper, body: bytes) -> None:
    before = shop.footprint(regular)

    for method, path in (("POST", "/orders/"), ("PATCH", "/session/preferences")):
        assert_invalid(regular.request(method, path, content=body, headers=JSON))

    assert shop.footprint(regular) == before


WRONG = [
    ([], ""),
    ("order", ""),
    (None, ""),
    (7, ""),
    ({}, "/items"),
    ({"items": [{"sku": "mug", "quantity": 1}]}, "/payment"),
    (an_order(surprise=1), "/surprise"),
    (an_order(items={}), "/items"),
    (an_order(items=[]), "/items"),
    (an_order(items=["mug"]), "/items/0"),
    (an_order(items=[{"sku": "mug", "quantity": 1}] * 1000), "/items"),
    (an_order(items=[{"sku": "mug", "quantity": 999}, {"sku": "mug", "quantity": 1}]), "/items"),
    (an_order(items=[{"sku": "mug", "quantity": 1}, {"sku": "mug", "quantity": 0}]), "/items/1/quantity"),
    (a_line(surprise=1), "/items/0/surprise"),
    (a_line(**{"a/b~c": 1}), "/items/0/a~1b~0c"),
    (a_line(quantity=0), "/items/0/quantity"),
    (a_line(quantity=-1), "/items/0/quantity"),
    (a_line(quantity=1000), "/items/0/quantity"),
    (a_line(quantity=1.0), "/items/0/quantity"),
    (a_line(quantity=1.5), "/items/0/quantity"),
    (a_line(quantity=True), "/items/0/quantity"),
    (a_line(quantity="1"), "/items/0/quantity"),
    (a_line(quantity=None), "/items/0/quantity"),
    (a_line(quantity=10**30), "/items/0/quantity"),
    (a_line(quantity=-(10**30)), "/items/0/quantity"),
    (a_line(sku=7), "/items/0/sku"),
    (a_line(sku=""), "/items/0/sku"),
    (a_line(sku="x" * 10_000), "/items/0/sku"),
    (a_line(sku="a\0b"), "/items/0/sku"),
    (a_line(sku="\ud800"), "/items/0/sku"),
    (an_order(payment="card"), "/payment"),
    (an_order(payment={}), "/payment"),
    (an_order(payment={"method": "cash"}), "/payment"),
    (an_order(payment={"method": "card"}), "/payment"),
    (an_order(payment=card() | {"surprise": 1}), "/payment"),
    (an_order(payment={"method": "card", "token": 7}), "/payment"),
    (an_order(payment=card("x" * 10_000)), "/payment"),
    (an_order(payment=card("a\0b")), "/payment"),
    (an_order(payment=card("\udfff")), "/payment"),
    (an_order(expected_total=1200), "/expected_total"),
    (an_order(expected_total={"amount": 12.0, "currency": "EUR"}), "/expected_total/amount"),
    (an_order(expected_total={"amount": 10**30, "currency": "EUR"}), "/expected_total/amount"),
    (an_order(expected_total={"amount": 1200, "currency": "XXQ"}), "/expected_total/currency"),
    (an_order(expected_total={"amount": 1200, "currency": "eur"}), "/expected_total/currency"),
]


@pytest.mark.parametrize(("body", "pointer"), WRONG, ids=lambda value: str(value)[:60].encode("ascii", "replace"))
def test_an_order_that_is_none_is_refused_where_it_is_wrong(
    shop: Shop, regular: Shopper, body: object, pointer: str
) -> None:
    before = shop.footprint(regular)

    problem = assert_invalid(regular.post("/orders/", content=written(body), headers=JSON))

    assert any(error["pointer"].startswith(pointer) for error in problem["errors"]), problem["errors"]
    assert shop.footprint(regular) == before


def written(body: object) -> bytes:
    """JSON in ASCII: what has no bytes of its own, such as half a surrogate pair, is sent as an escape."""
    return json.dumps(body).encode("ascii")


def test_a_number_of_five_thousand_digits_is_no_quantity(regular: Shopper) -> None:
    body = written(a_line(quantity=12321)).replace(b"12321", b"9" * 5000)

    assert_invalid(regular.post("/orders/", content=body, headers=JSON))


def test_all_that_is_wrong_is_told_at_once(regular: Shopper) -> None:
    body = {"items": [{"sku": "mug", "quantity": 0}, {"quantity": 1}], "payment": card(), "surprise": 1}

    assert_invalid(regular.post("/orders/", json=body), "/items/0/quantity", "/items/1/sku", "/surprise")


TEXTS = ["a\0b", "\ud800", "\udfff\ud800", "a\nb", "\x7f", "\x85", "x" * 10_000, 7, None, ["Ada"], True, {}]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: ascii(text)[:24])
def test_text_that_cannot_be_kept_signs_nobody_up(shop: Shop, text: object) -> None:
    email = shop.shopper().email
    body = {"name": text, "email": f"new-{email}", "password": "a-long-and-uncommon-phrase"}

    assert_invalid(shop.visitor().post("/users/", content=written(body), headers=JSON), "/name")
    assert_invalid(
        shop.visitor().post("/users/", content=written(body | {"name": "Ada", "email": text}), headers=JSON), "/email"
    )

    assert_problem(shop.visitor().log_in(body["email"], body["password"]), 401, "invalid-credentials")


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x" * 10_000, 7, None], ids=lambda text: ascii(text)[:24])
def test_no_text_breaks_the_log_in(shop: Shop, regular: Shopper, text: object) -> None:
    visitor = shop.visitor()

    for body in ({"email": text, "password": regular.password}, {"email": regular.email, "password": text}):
        answer = visitor.post("/session", content=written(body), headers=JSON)
        assert_problem(answer, answer.status_code, answer.json()["code"])
        assert answer.json()["code"] in {"invalid-credentials", "validation-failed"}

    assert visitor.session()["authenticated"] is False


@pytest.mark.parametrize(
    "patch", ['{"a": "\\u0000"}', '{"\\ud800": 1}', '{"a": "\\ud800"}', '{"a": 1e999}', '{"a": NaN}']
)
def test_preferences_that_cannot_be_kept_change_nothing(shop: Shop, regular: Shopper, patch: str) -> None:
    before = shop.footprint(regular)

    answer = regular.patch("/session/preferences", content=patch.encode(), headers=JSON)

    assert_invalid(answer)
    assert shop.footprint(regular) == before
