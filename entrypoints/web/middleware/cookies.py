"""The one cookie: read from the header, and written by the rules of HTTP.md."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

HOST_ONLY: Final = "__Host-"  # a browser then takes it from its own host only, over HTTPS (RFC 6265bis)
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+")
BAD: Final = ""  # stands for no session, and so is deleted


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """`secure` in production: then the name has the prefix `__Host-`, and the attributes that it takes.

    Raises `ValueError` for a cookie by any other rules, so that no service starts with one.
    """

    name: str
    secure: bool

    def __post_init__(self) -> None:
        if not _TOKEN.fullmatch(self.name):
            raise ValueError("a cookie's name takes letters, digits and hyphens")
        if self.secure is not self.name.startswith(HOST_ONLY):
            raise ValueError(f"a cookie is Secure and its name begins with {HOST_ONLY}, or neither")

    def read(self, headers: Iterable[tuple[bytes, bytes]]) -> str | None:
        """The value that came; None for none, `BAD` for several of that name, or one that cannot be ours."""
        name = self.name.encode()
        values = [
            value
            for header, text in headers
            if header == b"cookie"
            for part in text.split(b";")
            for found, equals, value in [part.strip().partition(b"=")]
            if found == name and equals
        ]
        if not values:
            return None
        return values[0].decode("ascii") if len(values) == 1 and values[0].isascii() else BAD

    def set(self, value: str) -> bytes:
        return f"{self.name}={value}; {self._attributes()}".encode("ascii")

    def delete(self) -> bytes:
        ended = "Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
        return f"{self.name}=; {ended}; {self._attributes()}".encode("ascii")

    def _attributes(self) -> str:
        return f"Path=/; {'Secure; ' if self.secure else ''}HttpOnly; SameSite=Lax"
