"""Validators: what has not changed is not sent again, what has changed is not overwritten (RFC 9110, section 13)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, TypeVar

from starlette.requests import Request

from entrypoints.web.fields import fields_of
from entrypoints.web.given import Given
from entrypoints.web.problems import Problem
from entrypoints.web.reply import Body, Reply, etag

M = TypeVar("M", bound=Body)
_TAGS = re.compile(r'(W/)?"([!#-~\x80-\xff]*)"')


@dataclass(frozen=True, slots=True)
class Known:
    """The representations that the client has already; `any` where it has one at all."""

    tags: frozenset[str] = frozenset()
    any: bool = False

    def reply(self, body: M, tag: str, headers: Mapping[str, str] | None = None) -> Reply[M]:
        """The body under its tag; without the body, where the client has this very one (weak comparison)."""
        tagged = {**(headers or {}), **etag(tag)}
        return Reply(None, tagged, 304) if self.any or tag in self.tags else Reply(body, tagged)


NOTHING = Known()


def known_of(request: Request) -> Known:
    fields = fields_of(request.scope)
    if b"if-none-match" not in fields:
        return NOTHING
    sent = ",".join(fields.every(b"if-none-match")).strip()
    return Known(frozenset(tag for _, tag in _TAGS.findall(sent)), any=sent == "*")


def required_tags(request: Request) -> frozenset[str]:
    """What If-Match allows to overwrite, `*` for anything; weak tags never match (strong comparison).

    Raises `Problem` without the header.
    """
    sent = fields_of(request.scope).every(b"if-match")
    if not sent:
        raise Problem("precondition-required", "This takes an If-Match header with the ETag of what you have read.")
    if [text.strip() for text in sent] == ["*"]:
        return frozenset({"*"})
    return frozenset(tag for weak, tag in _TAGS.findall(",".join(sent)) if not weak and tag != "*")


_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag of what you have: the answer is 304 while that is still it.",
    "schema": {"type": "string"},
    "example": '"3"',
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of what you have read.",
    "schema": {"type": "string"},
    "example": '"3-1"',
}
IfNoneMatch = Annotated[Known, Given(known_of, parameters=(_IF_NONE_MATCH,))]
IfMatch = Annotated[
    frozenset[str], Given(required_tags, parameters=(_IF_MATCH,), problems=("precondition-required", "stale"))
]
