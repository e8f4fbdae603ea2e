"""What an endpoint answers: a body, written as pydantic's JSON, and what there is beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter

from entrypoints.web.models.common import Out

Body = Out | BaseModel
M = TypeVar("M", bound=Body, covariant=True)


@dataclass(frozen=True, slots=True)
class Reply(Generic[M]):
    """A body with headers; `status` where it is not the route's own."""

    body: M | None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    status: int | None = None


def etag(tag: str) -> dict[str, str]:
    """The strong validator of a representation (RFC 9110, section 8.8.3), to be asked for again before it is reused."""
    return {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"}


def json_of(body: Body) -> bytes:
    return _writer(type(body))(body)


@cache
def _writer(kind: type[Body]) -> Callable[[Any], bytes]:
    return TypeAdapter(kind).serializer.to_json
