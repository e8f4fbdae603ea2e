"""Problem documents: one for everything, and nothing in them that is not ours to tell."""

import json
from typing import Any

import pytest
from starlette.types import Scope

import service_layer.flows.identity
import service_layer.idempotency  # noqa: F401  # its refusals are refusals too
from domain.errors import DomainError, InsufficientStock, OutOfRange, PriceChanged
from entrypoints.web.problem_types import PROBLEM_TYPES, SAID_OTHERWISE
from entrypoints.web.problems import FieldError, base_url, invalid, problem_of, response_to
from service_layer.attempts import Standing, TooManyAttempts
from service_layer.ports.errors import OutcomeUnknown, SessionNotSerializable, SessionTooLarge, Unavailable

BLOCKED, FREE = Standing("account", 3, 60, 0, 42), Standing("address", 3, 60, 2, 0)


def scope_of(host: str = "shop.example") -> Scope:
    return {
        "type": "http",
        "scheme": "https",
        "server": ("10.0.0.7", 8000),
        "headers": [(b"host", host.encode("latin-1"))],
        "state": {"request_id": "the-id"},
    }


def document_of(error: Exception) -> dict[str, Any]:
    return json.loads(bytes(response_to(problem_of(error), scope_of()).body))


def kinds_of(kind: type[DomainError]) -> list[type[DomainError]]:
    return [further for sub in kind.__subclasses__() for further in (sub, *kinds_of(sub))]


def test_every_refusal_there_is_has_a_type() -> None:
    assert {SAID_OTHERWISE.get(kind.code, kind.code) for kind in kinds_of(DomainError)} <= PROBLEM_TYPES.keys()


def test_a_document_has_all_that_the_contract_says() -> None:
    document = document_of(InsufficientStock("mug", 3))

    assert document == {
        "type": "https://shop.example/problems/insufficient-stock",
        "title": PROBLEM_TYPES["insufficient-stock"].title,
        "status": 409,
        "detail": "There is not enough of it in stock.",
        "code": "insufficient-stock",
        "request_id": "the-id",
        "sku": "mug",
        "available": 3,
    }
    assert document_of(PriceChanged(1300, "EUR"))["current_total"] == {"amount": 1300, "currency": "EUR"}


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (OutOfRange("the stock", 9), 422, "validation-failed"),
        (SessionTooLarge(), 413, "session-too-large"),
        (OutcomeUnknown("swordfish"), 503, "outcome-unknown"),
        (Unavailable("swordfish"), 503, "unavailable"),
        (SessionNotSerializable("swordfish"), 500, "internal-error"),
        (KeyError("swordfish"), 500, "internal-error"),
    ],
)
def test_a_failure_is_named_and_its_text_is_not_told(error: Exception, status: int, code: str) -> None:
    document = document_of(error)

    assert (document["status"], document["code"]) == (status, code) and "swordfish" not in str(document)


@pytest.mark.parametrize(
    ("error", "seconds"), [(TooManyAttempts(BLOCKED, FREE), "42"), (Unavailable(retry_after=3), "3")]
)
def test_who_must_wait_is_told_how_long(error: Exception, seconds: str) -> None:
    assert response_to(problem_of(error), scope_of()).headers["retry-after"] == seconds


def test_whoever_guesses_is_told_the_limits_and_what_is_left_of_them() -> None:
    """As the IETF draft on rate-limit fields writes it."""
    headers = response_to(problem_of(TooManyAttempts(BLOCKED, FREE)), scope_of()).headers

    assert headers["ratelimit-policy"] == '"account";q=3;w=60, "address";q=3;w=60'
    assert headers["ratelimit"] == '"account";r=0;t=42, "address";r=2;t=0'


def test_no_text_breaks_a_document() -> None:
    response = response_to(invalid(FieldError("/\ud800", "\udfff\0")), scope_of())

    assert json.loads(bytes(response.body))["errors"] == [{"pointer": "/\ud800", "detail": "\udfff\0"}]


@pytest.mark.parametrize("host", ["", "a b", "evil.example/path", '"><script>', "sch\xf6n", "a:b", "[::1", "x@y"])
def test_a_host_that_is_none_is_not_repeated(host: str) -> None:
    assert base_url(scope_of(host)) == "https://10.0.0.7:8000"


@pytest.mark.parametrize("host", ["shop.example", "localhost:8000", "[::1]:8000", "127.0.0.1"])
def test_links_lead_to_where_the_client_found_us(host: str) -> None:
    assert base_url(scope_of(host)) == f"https://{host}"
