"""What OpenAPI says of an operation: every problem it may answer with, and who may ask."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from typing import Any, Final

from domain.errors import DomainError, Forbidden, Unauthenticated
from entrypoints.web.given import Given
from entrypoints.web.problem_types import PROBLEM_TYPES, SAID_OTHERWISE
from entrypoints.web.problems import MEDIA_TYPE

Responses = dict[int | str, dict[str, Any]]

OWNER_OR_STAFF: Final[dict[str, Any]] = {"security": [{"session": []}, {"ops": []}]}
NOT_MODIFIED: Final[Responses] = {304: {"description": "What you have is still it."}}
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})  # RFC 9110, section 9.2.1

_ALWAYS = ("internal-error", "unavailable")
_UNSAFE = ("cross-site", "body-too-large", "outcome-unknown")
_WITH_BODY = ("unsupported-media-type", "validation-failed")


def problems(*refusals: type[DomainError] | str) -> Responses:
    """An operation's own refusals, by class or by code."""
    return _documented(refusal if isinstance(refusal, str) else refusal.code for refusal in refusals)


def codes_of(responses: Responses) -> frozenset[str]:
    """Every problem that is documented here."""
    return frozenset(code for response in responses.values() for code in _examples_of(response))


def responses(own: Responses, methods: Collection[str], givens: Iterable[Given], *, body: bool) -> Responses:
    """The operation's own and those that follow from what it takes and does."""
    codes = [*codes_of(own), *_ALWAYS, *(code for given in givens for code in given.problems)]
    codes += _UNSAFE if not SAFE.issuperset(methods) else ()
    codes += _WITH_BODY if body else ()
    return own | _documented(codes)


def additions(own: Mapping[str, Any], codes: Collection[str], givens: Iterable[Given]) -> dict[str, Any]:
    """The operation's own, who may ask, and the parameters it is given."""
    parameters = [dict(one) for given in givens for one in given.parameters]
    return {"security": _security(codes), **own, **({"parameters": parameters} if parameters else {})}


def _security(codes: Collection[str]) -> list[dict[str, Any]]:
    if Forbidden.code in codes:
        return OWNER_OR_STAFF["security"]
    return [{"session": []}] if Unauthenticated.code in codes else [{}, {"session": []}]


def _documented(codes: Iterable[str]) -> Responses:
    known = sorted({SAID_OTHERWISE.get(code, code) for code in codes}, key=_status)
    return {status: _response(list(group)) for status, group in groupby(known, key=_status)}


def _status(code: str) -> int:
    return PROBLEM_TYPES[code].status


def _response(codes: list[str]) -> dict[str, Any]:
    examples = {code: {"$ref": f"#/components/examples/{code}"} for code in sorted(codes)}
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": ", ".join(f"`{code}`" for code in sorted(codes)),
        "content": {MEDIA_TYPE: {"schema": schema, "examples": examples}},
    }


def _examples_of(response: Mapping[str, Any]) -> Iterable[str]:
    return response.get("content", {}).get(MEDIA_TYPE, {}).get("examples", ())
