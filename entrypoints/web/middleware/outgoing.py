"""An answer on its way out: what was committed becomes the one Set-Cookie, before the first byte."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.types import Message, Send

from entrypoints.web.audit import note
from entrypoints.web.middleware.cookies import SessionCookie
from service_layer.visitor import Visitor

RawHeaders = list[tuple[bytes, bytes]]


class Outgoing:
    """`begun` once the client has been told anything. `touch` is for a session that ought to be noted as seen."""

    def __init__(
        self, send: Send, visitor: Visitor, cookie: SessionCookie, touch: Callable[[Visitor], Awaitable[None]]
    ) -> None:
        self.begun = False
        self._send = send
        self._visitor = visitor
        self._cookie = cookie
        self._touch = touch

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if self._visitor.touch_due and message["status"] < 500:
                await self._touch(self._visitor)
            self.begun = True
            self._tell(message["status"])
            outage = message["status"] == 503  # nobody's session changes because a database blinked
            message["headers"] = self._completed(message["headers"], None if outage else self._set_cookie())
        await self._send(message)

    def _tell(self, status: int) -> None:
        """What staff is let into is worth a line, and so is a cookie that proves nothing: old, forged or stolen."""
        if self._visitor.staff and status < 400:
            note("staff", self._visitor, status=status)
        if self._visitor.dead and self._visitor.cookie is not None:
            note("cookie of no session", self._visitor)

    def _set_cookie(self) -> bytes | None:
        if self._visitor.renewed and self._visitor.cookie:
            return self._cookie.set(self._visitor.cookie)
        return self._cookie.delete() if self._visitor.dead else None

    def _completed(self, headers: RawHeaders, cookie: bytes | None) -> RawHeaders:
        """What depends on the session says so, and is not stored; least of all where it comes with a cookie."""
        headers = [(name, value) for name, value in headers if cookie is None or name != b"cache-control"]
        if self._visitor.read:
            headers.append((b"vary", b"Cookie"))
        if cookie is not None:
            headers.append((b"set-cookie", cookie))
        if (self._visitor.read or cookie) and not any(name == b"cache-control" for name, _ in headers):
            headers.append((b"cache-control", b"no-store"))
        return headers
