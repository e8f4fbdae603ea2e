"""No body beyond 64 KB: an announced one is not even asked for, another is cut off."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from entrypoints.web.fields import fields_of
from entrypoints.web.problems import Problem

MOST: Final = 64 * 1024  # bytes
DIGITS: Final = len(str(MOST))  # numbers of more are not even read


class BodyLimit:
    """Looks at what is announced, and counts what comes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises `Problem` where the length is announced; else whoever reads too far gets it."""
        announced = (fields_of(scope).first(b"content-length") or "").lstrip("0")
        if announced.isdecimal() and (len(announced) > DIGITS or int(announced) > MOST):
            raise _too_large()
        seen = 0

        async def receive_limited() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > MOST:
                raise _too_large()
            return message

        await self._app(scope, receive_limited, send)


def _too_large() -> Problem:
    """The rest of the body is not read, so that the connection is of no more use."""
    return Problem("body-too-large", "The body exceeds 64 KB.", headers={"Connection": "close"})
