"""JSON merge patch, as RFC 7396 has it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from service_layer.commands import ChangePreferences
from service_layer.handlers.sessions import change_preferences, merge_patch
from service_layer.visitor import Visitor
from tests.kit.shop import Shop

APPENDIX_A: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]
SECTION_3 = (
    {
        "title": "Goodbye!",
        "author": {"givenName": "John", "familyName": "Doe"},
        "tags": ["example", "sample"],
        "content": "This will be unchanged",
    },
    {"title": "Hello!", "phoneNumber": "+01-123-456-7890", "author": {"familyName": None}, "tags": ["example"]},
    {
        "title": "Hello!",
        "author": {"givenName": "John"},
        "tags": ["example"],
        "content": "This will be unchanged",
        "phoneNumber": "+01-123-456-7890",
    },
)


@pytest.mark.parametrize(("target", "patch", "result"), [*APPENDIX_A, SECTION_3])
def test_the_examples_of_the_rfc(target: Any, patch: Any, result: Any):
    before = copy.deepcopy((target, patch))

    assert merge_patch(target, patch) == result

    assert (target, patch) == before


def test_preferences_are_patched_and_told_whole(shop: Shop):
    browser = Visitor()

    assert shop.do(change_preferences, ChangePreferences(patch={"a": {"b": 1}, "c": 2}), browser) == {
        "a": {"b": 1},
        "c": 2,
    }
    assert shop.do(change_preferences, ChangePreferences(patch={"a": {"d": 3}, "c": None}), browser) == {
        "a": {"b": 1, "d": 3}
    }

    assert shop.session(browser).preferences == {"a": {"b": 1, "d": 3}}
