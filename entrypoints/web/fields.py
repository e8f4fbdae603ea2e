"""A request's header fields, gone through once for all who look into them."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from typing import Any

RawHeaders = Sequence[tuple[bytes, bytes]]


class Fields:
    """By names in lower case, as ASGI has them."""

    def __init__(self, raw: RawHeaders) -> None:
        self._raw = raw
        self._first = dict(reversed(raw))

    def __contains__(self, name: bytes) -> bool:
        return name in self._first

    def first(self, name: bytes) -> str | None:
        """Of several of that name the one that came first."""
        value = self._first.get(name)
        return None if value is None else value.decode("latin-1")

    def every(self, name: bytes) -> list[str]:
        """All of that name."""
        if name not in self._first:
            return []
        return [value.decode("latin-1") for other, value in self._raw if other == name]


def fields_of(scope: MutableMapping[str, Any]) -> Fields:
    """Made when they are first asked for; whoever corrects the headers comes before that."""
    fields: Fields | None = scope.get("fields")
    if fields is None:
        fields = scope["fields"] = Fields(scope["headers"])
    return fields
