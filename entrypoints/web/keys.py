"""Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): read, and a repeat told as such."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import Annotated, TypeVar

from starlette.requests import Request

from domain.errors import DomainError
from entrypoints.web.fields import fields_of
from entrypoints.web.given import Given
from entrypoints.web.problems import Problem, problem_of
from service_layer.idempotency import Answer
from service_layer.receipts import Receipt

LONGEST = 255
_BARE = re.compile(r"[!#-~]+")
_QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])+)"')  # a string of RFC 8941, section 3.3.3
_ESCAPED = re.compile(r"\\(.)")
_REPLAYED = {"Idempotent-Replayed": "true"}

R = TypeVar("R", bound=Receipt)


def optional_key(request: Request) -> str | None:
    """The key, the same whether it came bare or quoted; None without one. Raises `Problem`."""
    sent = fields_of(request.scope).every(b"idempotency-key")
    if not sent:
        return None
    key = _unquoted(sent[0].strip()) if len(sent) == 1 else None
    if key is None or len(key) > LONGEST:
        raise Problem("idempotency-key-invalid", f"Idempotency-Key takes one key of 1 to {LONGEST} ASCII characters.")
    return key


def required_key(request: Request) -> str:
    """Raises `Problem` without one as well."""
    key = optional_key(request)
    if key is None:
        raise Problem("idempotency-key-missing", "This takes an Idempotency-Key header.")
    return key


def _unquoted(text: str) -> str | None:
    if quoted := _QUOTED.fullmatch(text):
        return _ESCAPED.sub(itemgetter(1), quoted[1])
    return text if _BARE.fullmatch(text) else None


def told(answer: Answer[Receipt], kind: type[R]) -> tuple[R, dict[str, str]]:
    """The receipt, and the header that goes with it. Raises the refusal, which has that header too."""
    headers = _REPLAYED if answer.replayed else {}
    try:
        receipt = answer.unwrap()
    except DomainError as refusal:
        problem = problem_of(refusal)
        problem.headers |= headers
        raise problem from refusal
    if not isinstance(receipt, kind):
        raise TypeError("a key belongs to one operation, and each operation has one kind of receipt")
    return receipt, dict(headers)


def _header(*, required: bool) -> dict[str, object]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": required,
        "description": "A key of your own for this request, quoted or bare; repeated with the same key and body, it"
        " takes effect once and is answered alike.",
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST + 2},
        "example": '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
    }


_CODES = ("idempotency-key-invalid", "idempotency-in-progress", "idempotency-key-reused")
Key = Annotated[str | None, Given(optional_key, parameters=(_header(required=False),), problems=_CODES)]
RequiredKey = Annotated[
    str, Given(required_key, parameters=(_header(required=True),), problems=(*_CODES, "idempotency-key-missing"))
]
