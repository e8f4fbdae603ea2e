"""Who sent a request, as far as the request says it."""

from __future__ import annotations

import hmac
from typing import Final

from starlette.types import Scope

from entrypoints.settings import Settings
from entrypoints.web.fields import fields_of
from entrypoints.web.middleware.cookies import SessionCookie
from service_layer.visitor import Visitor

LONGEST_USER_AGENT: Final = 200


class Visitors:
    """Makes a visitor of each request. Without an operators' token nobody is an operator."""

    def __init__(self, settings: Settings, cookie: SessionCookie) -> None:
        self._cookie = cookie
        self._token = (settings.ops_token or "").encode()

    def of(self, scope: Scope) -> Visitor:
        fields = fields_of(scope)
        return Visitor(
            cookie=self._cookie.read(scope["headers"]),
            operator=self._is_operator(fields.first(b"authorization") or ""),
            ip=scope["client"][0] if scope.get("client") else "",
            user_agent=_readable(fields.first(b"user-agent") or ""),
            request_id=scope["state"]["request_id"],
        )

    def _is_operator(self, authorization: str) -> bool:
        """In the same time for every wrong token."""
        if not authorization:
            return False
        scheme, _, token = authorization.partition(" ")
        right = hmac.compare_digest(token.strip().encode("latin-1"), self._token)
        return right and bool(self._token) and scheme.lower() == "bearer"


def _readable(user_agent: str) -> str:
    """What one may show in a list."""
    text = user_agent[:LONGEST_USER_AGENT]
    return text if text.isprintable() else "".join(filter(str.isprintable, text))
