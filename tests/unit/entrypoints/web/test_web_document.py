"""The OpenAPI document and the pages made from it."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from entrypoints.web.pages import docs_page
from entrypoints.web.problem_types import PROBLEM_TYPES
from tests.kit.shop import Shop


@pytest.fixture
def api(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def test_every_reference_leads_somewhere(api: dict[str, Any]) -> None:
    for reference in set(re.findall(r'"#/([^"]+)"', json.dumps(api))):
        place: Any = api
        for part in reference.split("/"):
            place = place[part]


def test_every_operation_says_how_it_may_fail_and_who_may_ask(api: dict[str, Any]) -> None:
    for item in api["paths"].values():
        for method, operation in item.items():
            assert {"500", "503"} <= operation["responses"].keys()
            assert method == "get" or {"403", "413"} <= operation["responses"].keys()
            assert ("requestBody" in operation) <= ({"415", "422"} <= operation["responses"].keys())
            assert ({} in operation["security"]) == ("unauthenticated" not in str(operation["responses"]))
            assert operation["description"]


def test_all_bodies_have_examples_that_they_take(api: dict[str, Any]) -> None:
    bodies = [
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for item in api["paths"].values()
        for operation in item.values()
        if "requestBody" in operation
    ]

    assert len(bodies) == 11 and all(api["components"]["schemas"][name]["examples"] for name in bodies)


def test_the_page_of_operations_shows_each_and_runs_no_script(api: dict[str, Any]) -> None:
    page = docs_page(api)

    assert all(path in page for path in api["paths"]) and "<script" not in page


def test_pages_are_for_reading_only(shop: Shop, browsing: Callable[[Any], TestClient]) -> None:
    visitor = browsing(None)

    answers = [visitor.get(path) for path in ("/docs", "/openapi.json")]
    answers += [visitor.get(f"/problems/{code}") for code in PROBLEM_TYPES]

    assert {answer.status_code for answer in answers} == {200}
    for answer in answers:
        assert "vary" not in answer.headers and "frame-ancestors 'none'" in answer.headers["content-security-policy"]
