"""Around everything: the request's id, for every line of the log, and the headers that keep a browser from guessing."""

from __future__ import annotations

import re
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from entrypoints import logs
from service_layer.ports.ids import Ids

RawHeaders = list[tuple[bytes, bytes]]

POLICY: Final = (b"content-security-policy", b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
HSTS: Final = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
_ALWAYS: Final[RawHeaders] = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_TELLING: Final = re.compile(r"(?<=/)(?![A-Za-z0-9._-]{0,36}(?:/|\Z))[^/]+")


def security_headers(*, secure: bool) -> RawHeaders:
    """Of every answer; a page that needs a policy of its own brings it."""
    return [POLICY, *_ALWAYS, *([HSTS] if secure else [])]


def plain(path: str) -> str:
    """For the log: a part of a path that is neither a word nor an id could be anything, an address say."""
    return _TELLING.sub("***", path[:500])


def _about(scope: Scope) -> dict[str, object]:
    return {
        "request_id": scope["state"]["request_id"],
        "address": scope["client"][0] if scope.get("client") else "",
        "method": scope["method"],
        "path": plain(scope["path"]),
    }


class Envelope:
    """Each request gets an id of ours: one from outside could be anything, and be in two requests."""

    def __init__(self, app: ASGIApp, ids: Ids, *, secure: bool) -> None:
        self._app = app
        self._ids = ids
        self._headers = security_headers(secure=secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = self._ids.new()
        scope.setdefault("state", {})["request_id"] = request_id
        logs.request.set(lambda: _about(scope))
        headers = [*self._headers, (b"x-request-id", request_id.encode())]

        async def send_enveloped(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = message["headers"]
                brought = any(name == POLICY[0] for name, _ in own)
                message["headers"] = [*own, *(headers[1:] if brought else headers)]
            await send(message)

        await self._app(scope, receive, send_enveloped)
