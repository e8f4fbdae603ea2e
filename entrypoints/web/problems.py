"""Every refusal and failure as a problem document (RFC 9457)."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from starlette.responses import Response

from domain.errors import DomainError
from entrypoints.web.audit import note_refusal
from entrypoints.web.fields import fields_of
from entrypoints.web.problem_types import PROBLEM_TYPES, SAID_OTHERWISE
from service_layer.attempts import TooManyAttempts
from service_layer.ports.errors import OutcomeUnknown, SessionTooLarge, Unavailable

MEDIA_TYPE: Final = "application/problem+json"
RETRY_UNKNOWN: Final = 1  # seconds
_HOST = re.compile(r"[A-Za-z0-9._\-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="lockstep"'}  # RFC 9110, section 15.5.2: a 401 must have one


class FieldError(NamedTuple):
    """What is wrong at a place of the body (RFC 6901)."""

    pointer: str
    detail: str


class Problem(Exception):
    """An answer of 4xx or 5xx. `members` are facts beside the standard ones; nothing in it is the client's own text."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        members: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code, self.detail, self.errors = code, detail, errors
        self.members = members or {}
        self.headers = dict(headers or {})


REFUSALS: Final = (DomainError, Problem, SessionTooLarge, Unavailable, OutcomeUnknown)
"""What is no crash; `problem_of` knows what to tell of each."""


def invalid(*errors: FieldError) -> Problem:
    """A 422 that says what is wrong, and where."""
    return Problem("validation-failed", "What was sent cannot be taken.", errors=errors)


@contextmanager
def pointing(pointer: str, *refusals: type[Exception]) -> Generator[None]:
    """Refusals raised within are about this place of the body."""
    try:
        yield
    except refusals as refusal:
        raise invalid(FieldError(pointer, str(refusal))) from refusal


def problem_of(error: Exception) -> Problem:
    """What to tell of a refusal or an outage; the text of an exception that is neither is never told."""
    match error:
        case Problem():
            return error
        case DomainError():
            return _refusal(error)
        case SessionTooLarge():
            return Problem("session-too-large", "The session cannot hold that much.")
        case Unavailable():
            headers = {"Retry-After": str(error.retry_after)}
            return Problem("unavailable", "The service cannot do this at the moment.", headers=headers)
        case OutcomeUnknown():
            headers = {"Retry-After": str(RETRY_UNKNOWN)}
            return Problem("outcome-unknown", "It may or may not have happened.", headers=headers)
        case _:
            return Problem("internal-error", "Something went wrong on our side.")


def _refusal(refusal: DomainError) -> Problem:
    if SAID_OTHERWISE.get(refusal.code) == "validation-failed":
        return invalid(FieldError("", refusal.detail))
    if isinstance(refusal, TooManyAttempts):
        return Problem(refusal.code, refusal.detail, headers=_limited(refusal))
    retry_after = getattr(refusal, "retry_after", None)
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Problem(refusal.code, refusal.detail, members=refusal.members, headers=headers)


def _limited(refusal: TooManyAttempts) -> dict[str, str]:
    """What is limited and when it is over (IETF draft-ietf-httpapi-ratelimit-headers-10)."""
    return {
        "Retry-After": str(refusal.retry_after),
        "RateLimit-Policy": ", ".join(f'"{one.policy}";q={one.amount};w={one.seconds}' for one in refusal.standings),
        "RateLimit": ", ".join(f'"{one.policy}";r={one.left};t={one.wait}' for one in refusal.standings),
    }


def response_to(problem: Problem, scope: MutableMapping[str, Any]) -> Response:
    """The document, in ASCII: there is no text that could not be sent. The log is told as well."""
    kind = PROBLEM_TYPES[problem.code]
    note_refusal(scope, problem.code, kind.status)
    document: dict[str, object] = {
        "type": f"{base_url(scope)}/problems/{problem.code}",
        "title": kind.title,
        "status": kind.status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": scope["state"]["request_id"],
        **problem.members,  # of a refusal said once more, also the request it was first said to
    }
    if problem.errors:
        document["errors"] = [error._asdict() for error in problem.errors]
    headers = {"Cache-Control": "no-store", **(_CHALLENGE if kind.status == 401 else {}), **problem.headers}
    return Response(json.dumps(document), kind.status, headers, MEDIA_TYPE)


def base_url(scope: MutableMapping[str, Any]) -> str:
    """Where the client found us, as far as it says so in its Host header."""
    host = fields_of(scope).first(b"host") or ""
    if not _HOST.fullmatch(host):
        name, port = scope.get("server") or ("localhost", None)
        host = f"{name}:{port}" if port else name
    return f"{scope['scheme']}://{host}{scope.get('root_path', '')}"
