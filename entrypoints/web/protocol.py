"""What reaches the socket and is not HTTP, or too much of it: answered by a problem document, like everything else."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final, cast

import structlog
from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from entrypoints.web.problems import Problem, response_to

MOST: Final = 32 * 1024  # bytes of request line and header fields
BITE: Final = 4 * 1024  # bytes that are looked at together; by so much an unfinished head may be longer
LINGER: Final = 1.0  # seconds in which a client may still send, and read what it was told
LINE: Final = len(": \r\n")


class TooMuch(Exception):
    """Ends the parser's work."""


class Protocol(HttpToolsProtocol):
    """Uvicorn's, but for the one answer that uvicorn writes by itself. For `uvicorn.Config(http=…)`.

    That answer is the connection's last, and comes after those to the requests before it.
    """

    def __init__(self, *given: Any, **named: Any) -> None:  # uvicorn's
        super().__init__(*given, **named)
        self._over = False
        self._last_words: bytes | None = None
        self._unfinished: int | None = None  # bytes of a head that has no end yet
        self._too_large = False
        self.when_lost: Callable[[], None] | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        try:
            super().connection_lost(exc)
        finally:
            if self.when_lost is not None:
                self.when_lost()

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), BITE):
            if self._over:
                return
            bite = data[start : start + BITE]
            super().data_received(bite)
            if self._unfinished is not None:
                self._unfinished += len(bite)
                if self._unfinished > MOST + BITE:
                    self._too_large = True
                    self.send_400_response("")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._unfinished = 0

    def on_headers_complete(self) -> None:
        """Raises `TooMuch`, of which the parser makes an error of its own. Two bites are never too much."""
        before, self._unfinished = self._unfinished or 0, None
        if before > BITE and len(self.url) + sum(len(n) + len(v) + LINE for n, v in self.headers) > MOST:
            self._too_large = True
            raise TooMuch
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        if self._over:
            return
        self._over, self._unfinished = True, None
        self._last_words = self._problem()
        if not self._others_wait():
            self._part()

    def on_response_complete(self) -> None:
        last = not self.pipeline
        super().on_response_complete()
        if last and self._last_words is not None and not self.transport.is_closing():
            self._part()

    def _others_wait(self) -> bool:
        """Whether somebody is to be answered before; a request that broke off in its body never will be."""
        if self.pipeline and self.pipeline[0][0].more_body:
            self.pipeline.popleft()
            return True
        cycle = self._under_way()
        return cycle is not None and not cycle.more_body

    def _under_way(self) -> RequestResponseCycle | None:
        """The request that came last, unless it has been answered."""
        cycle = cast("RequestResponseCycle | None", self.cycle)  # which uvicorn does not say
        return None if cycle is None or cycle.response_complete else cycle

    def _part(self) -> None:
        """Says the last words. A socket that is closed with something unread in it would take them back."""
        if cycle := self._under_way():
            cycle.disconnected = True  # what answers it has nobody to talk to any more
            cycle.message_event.set()
        self.transport.write(self._last_words or b"")
        self._last_words = None
        self.transport.write_eof()
        self.loop.call_later(LINGER, self.transport.close)

    def _problem(self) -> bytes:
        request_id = self.app_state["ids"].new()
        scope: dict[str, Any] = {
            "type": "http",
            "scheme": self.scheme,
            "server": self.server,
            "root_path": self.root_path,
            "headers": [],
            "state": {"request_id": request_id},
        }
        if self._too_large:
            problem = Problem("header-fields-too-large", "Request line and header fields exceed 32 KB.")
        else:
            problem = Problem("malformed-request", "What came is not a request of HTTP/1.1.")
        address = self.client[0] if self.client else ""
        with structlog.contextvars.bound_contextvars(request_id=request_id, address=address):
            response = response_to(problem, scope)
        response.raw_headers += [
            *self.app_state["security"],
            (b"x-request-id", request_id.encode()),
            (b"connection", b"close"),
        ]
        return written(response)


def written(response: Response) -> bytes:
    """As it goes over the wire (RFC 9112, section 2.1)."""
    status = HTTPStatus(response.status_code)
    lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode()]
    lines += [name + b": " + value for name, value in response.raw_headers]
    return b"\r\n".join([*lines, b"", bytes(response.body)])
