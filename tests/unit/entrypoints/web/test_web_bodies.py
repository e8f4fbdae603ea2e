"""Bodies: what is wrong with them, and where (RFC 6901)."""

from typing import Any

import pytest

from entrypoints.web.bodies import MOST_ERRORS, parsed, pointer, validated
from entrypoints.web.models.orders import OrderIn
from entrypoints.web.models.sessions import DEEPEST, PreferencesIn
from entrypoints.web.models.users import SignUpIn
from entrypoints.web.problems import FieldError, Problem


def errors_of(model: Any, body: object) -> list[FieldError]:
    with pytest.raises(Problem) as problem:
        validated(model, body)
    assert problem.value.code == "validation-failed"
    return list(problem.value.errors)


@pytest.mark.parametrize(
    ("loc", "body", "expected"),
    [
        ((), {}, ""),
        (("items",), {"items": {}}, "/items"),
        (("items", 0, "sku"), {"items": [{"sku": 1}]}, "/items/0/sku"),
        (("payment", "card", "token"), {"payment": {"method": "card"}}, "/payment/token"),
        (("a/b", "c~d"), {"a/b": {}}, "/a~1b/c~0d"),
        (("items", 1, "quantity"), {"items": [{}, {}]}, "/items/1/quantity"),
    ],
)
def test_a_pointer_leads_to_a_place_in_the_body(loc: tuple[int | str, ...], body: object, expected: str) -> None:
    assert pointer(loc, body) == expected


NOT_JSON = [
    b"",
    b"{",
    b'{"a": 1, "a": 2}',
    b'{"b": {"a": 1, "a": 1}}',
    b"NaN",
    b"[-Infinity]",
    b"\xef\xbb\xbf{}",
    b"\xff",
    b"[" * 20_000,
    b"9" * 5000,
    '{"a": 1}'.encode("utf-16"),
    b'"\x00"',
]


@pytest.mark.parametrize("raw", NOT_JSON, ids=lambda raw: raw[:16])
def test_what_is_not_json_is_wrong_as_a_whole(raw: bytes) -> None:
    with pytest.raises(Problem) as problem:
        parsed(raw)

    assert [error.pointer for error in problem.value.errors] == [""]


def test_half_characters_are_pointed_at() -> None:
    body = parsed(b'{"name": "\\ud800", "email": "ada@example.com", "password": "long enough"}')

    assert [error.pointer for error in errors_of(SignUpIn, body)] == ["/name"]


def test_no_error_repeats_what_was_sent() -> None:
    secret = "swordfish"  # noqa: S105
    items = [{"sku": f" {secret}", "quantity": secret}]

    wrong = errors_of(OrderIn, {"items": items, "payment": {"method": secret}, "expected_total": secret})

    assert {error.pointer for error in wrong} == {"/items/0/sku", "/items/0/quantity", "/payment", "/expected_total"}
    assert secret not in str(wrong)


def test_lines_of_one_sku_that_are_too_many_are_wrong_as_a_list() -> None:
    items = [{"sku": "mug", "quantity": 999}, {"sku": "mug", "quantity": 1}]

    assert errors_of(OrderIn, {"items": items, "payment": {"method": "balance"}})[0].pointer == "/items"


def test_a_flood_of_errors_is_cut_off() -> None:
    assert len(errors_of(OrderIn, {str(number): 1 for number in range(5000)})) == MOST_ERRORS


@pytest.mark.parametrize("value", ["\0", "\ud800", {"\ud800": 1}, {"a": [{"b": "\0"}]}, 1e999, [[1e999]]])
def test_preferences_that_no_database_could_give_back_are_refused(value: object) -> None:
    assert [error.pointer for error in errors_of(PreferencesIn, {"a": value})] == [""]


def test_preferences_are_only_so_deep() -> None:
    deep: dict[str, Any] = {}
    for _ in range(DEEPEST - 2):
        deep = {"a": deep}

    assert validated(PreferencesIn, {"a": deep})
    assert errors_of(PreferencesIn, {"a": {"a": deep}})


@pytest.mark.parametrize(
    "address", ["a@example.com", "a@shop.test", "a@localhost.localdomain", "ü@bücher.example", "o'hara+x@a.co"]
)
def test_an_address_that_could_be_one_is_taken(address: str) -> None:
    body = {"name": "Ada", "email": address, "password": "long enough"}

    assert str(validated(SignUpIn, body).email) == address  # type: ignore[attr-defined]


def test_one_domain_has_one_spelling() -> None:
    bodies = [
        {"name": "Ada", "email": f"ada@{host}", "password": "long enough"}
        for host in ("xn--bcher-kva.example", "BÜCHER.example", "bücher.example")
    ]

    assert len({validated(SignUpIn, body).email for body in bodies}) == 1  # type: ignore[attr-defined]
