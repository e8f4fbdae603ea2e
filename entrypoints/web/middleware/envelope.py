"""Around everything: the request's id, and the headers that keep a browser from guessing."""

from __future__ import annotations

from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from entrypoints.web.pages import STYLE_SOURCE
from service_layer.ports.ids import Ids

_POLICY = f"default-src 'none'; style-src {STYLE_SOURCE}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
SECURITY: Final[tuple[tuple[bytes, bytes], ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
)
HSTS: Final = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class Envelope:
    """Each request gets an id of ours: one from outside could be anything, and be in two requests."""

    def __init__(self, app: ASGIApp, ids: Ids, *, secure: bool) -> None:
        self._app = app
        self._ids = ids
        self._headers = (*SECURITY, HSTS) if secure else SECURITY

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._ids.new()
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        headers = [*self._headers, (b"x-request-id", request_id.encode())]

        async def send_enveloped(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *headers]
            await send(message)

        await self._app(scope, receive, send_enveloped)
