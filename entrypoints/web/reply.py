"""What an endpoint answers, where that is more than a body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel, covariant=True)


@dataclass(frozen=True, slots=True)
class Reply(Generic[M]):
    """A body with headers; `status` where it is not the route's own."""

    body: M | None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    status: int | None = None


def etag(tag: str) -> dict[str, str]:
    """The strong validator of a representation (RFC 9110, section 8.8.3), to be asked for again before it is reused."""
    return {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"}
