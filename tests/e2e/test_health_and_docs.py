"""Health, the pages that explain problems, and the OpenAPI document."""

import re
from typing import Any

import pytest

from tests.harness.problems import assert_problem
from tests.harness.shop import Shop

CODES = [
    "body-too-large",
    "card-declined",
    "cross-site",
    "currency-mismatch",
    "email-taken",
    "forbidden",
    "header-fields-too-large",
    "idempotency-in-progress",
    "idempotency-key-invalid",
    "idempotency-key-missing",
    "idempotency-key-reused",
    "insufficient-funds",
    "insufficient-stock",
    "internal-error",
    "invalid-credentials",
    "invalid-transition",
    "method-not-allowed",
    "not-found",
    "outcome-unknown",
    "precondition-required",
    "price-changed",
    "session-too-large",
    "sku-taken",
    "stale",
    "too-many-attempts",
    "unauthenticated",
    "unavailable",
    "unknown-sku",
    "unsupported-media-type",
    "validation-failed",
]

ENDPOINTS = [
    ("POST", "/users"),
    ("GET", "/users/me"),
    ("GET", "/users/{}"),
    ("PATCH", "/users/me"),
    ("POST", "/users/me/password"),
    ("POST", "/session"),
    ("GET", "/session"),
    ("DELETE", "/session"),
    ("PATCH", "/session/preferences"),
    ("GET", "/sessions"),
    ("DELETE", "/sessions"),
    ("DELETE", "/sessions/{}"),
    ("GET", "/products"),
    ("GET", "/products/{}"),
    ("POST", "/products"),
    ("PATCH", "/products/{}"),
    ("POST", "/products/{}/stock-adjustments"),
    ("POST", "/orders"),
    ("GET", "/orders"),
    ("GET", "/orders/{}"),
    ("POST", "/orders/{}/cancel"),
    ("POST", "/orders/{}/fulfill"),
    ("GET", "/accounts"),
    ("GET", "/accounts/{}"),
    ("GET", "/accounts/{}/entries"),
    ("POST", "/accounts/{}/deposits"),
    ("POST", "/transfers"),
    ("GET", "/ops/invariants"),
    ("POST", "/ops/reconcile"),
    ("GET", "/ops/sandbox/charges"),
    ("GET", "/livez"),
    ("GET", "/readyz"),
    ("GET", "/problems/{}"),
]


@pytest.fixture
def api(shop: Shop) -> dict[str, Any]:  # an OpenAPI document
    return shop.visitor().get("/openapi.json").json()


@pytest.fixture
def operations(api: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Every operation of the document, by method and path; parameters without their names, no slash at the end."""
    return {
        (method.upper(), re.sub(r"{\w+}", "{}", path).rstrip("/")): operation
        for path, item in api["paths"].items()
        for method, operation in item.items()
        if method in {"get", "post", "patch", "delete", "put"}
    }


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_a_healthy_server_says_so(shop: Shop, path: str) -> None:
    answer = shop.visitor().get(path)

    assert answer.status_code == 200 and "set-cookie" not in answer.headers


@pytest.mark.parametrize("code", CODES)
def test_every_problem_has_a_page_that_explains_it(shop: Shop, code: str) -> None:
    answer = shop.visitor().get(f"/problems/{code}")

    assert answer.status_code == 200 and code in answer.text


def test_the_type_of_a_problem_leads_to_its_page(shop: Shop) -> None:
    visitor = shop.visitor()

    problem = assert_problem(visitor.get("/orders/"), 401, "unauthenticated")

    assert visitor.get(problem["type"]).status_code == 200
    assert_problem(visitor.get("/problems/no-such-code"), 404, "not-found")


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_the_document_has_the_endpoint(
    operations: dict[tuple[str, str], dict[str, Any]], method: str, path: str
) -> None:
    assert (method, path) in operations


def test_the_document_is_one_that_clients_can_be_generated_from(
    api: dict[str, Any], operations: dict[tuple[str, str], dict[str, Any]]
) -> None:
    assert api["openapi"].startswith("3.1")
    names = [operation["operationId"] for operation in operations.values()]
    assert len(set(names)) == len(names)
    schemes = api["components"]["securitySchemes"].values()
    assert any(scheme["type"] == "apiKey" and scheme["in"] == "cookie" for scheme in schemes)


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        ("POST", "/users", "409 413 415 422 503"),
        ("PATCH", "/users/me", "401 412 422 428"),
        ("POST", "/session", "401 403 422 429"),
        ("POST", "/orders", "400 401 402 403 404 409 422 503"),
        ("POST", "/orders/{}/cancel", "401 404 409"),
        ("POST", "/orders/{}/fulfill", "401 403 404 409"),
        ("POST", "/accounts/{}/deposits", "400 401 402 404 422"),
        ("POST", "/transfers", "400 401 402 404 409 422"),
        ("POST", "/products", "401 403 409 422"),
        ("GET", "/ops/invariants", "401 403"),
    ],
)
def test_the_document_declares_every_problem(
    operations: dict[tuple[str, str], dict[str, Any]], method: str, path: str, statuses: str
) -> None:
    responses = operations[method, path]["responses"]

    for status in statuses.split():
        assert "application/problem+json" in responses[status]["content"], status


def test_the_document_has_examples(operations: dict[tuple[str, str], dict[str, Any]], api: dict[str, Any]) -> None:
    request = operations["POST", "/orders"]["requestBody"]["content"]["application/json"]
    reference = request["schema"].get("$ref", "").rpartition("/")[2]
    schema = api["components"]["schemas"].get(reference, request["schema"])

    assert any({"example", "examples"} & set(place) for place in (request, schema))


def test_the_docs_are_a_page(shop: Shop) -> None:
    answer = shop.visitor().get("/docs")

    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
