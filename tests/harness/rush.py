"""Many requests at once from one thread: each on a connection of its own, unless it is kept."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.harness.server import HOST

LONGEST: Final = 60.0  # seconds


@dataclass(frozen=True)
class Reply:
    """An answer, all of it; `seconds` is how long it took."""

    status: int
    headers: Mapping[str, str]
    body: Any
    seconds: float = 0.0

    @property
    def code(self) -> str:
        """Of a problem; else nothing."""
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""


class Unanswered(Exception):
    """There was no answer, or not all of it. `sent` says whether anything had been sent by then."""

    def __init__(self, why: str, *, sent: bool) -> None:
        super().__init__(why)
        self.sent = sent


async def ask(
    port: int,
    method: str,
    path: str,
    body: object = None,
    *,
    cookie: str = "",
    key: str = "",
    headers: Mapping[str, str] | None = None,
    hesitating: float = 0.0,
) -> Reply:
    """On a connection of its own, so many seconds after it was made. Raises `Unanswered`."""
    began, sent = time.monotonic(), False
    try:
        async with asyncio.timeout(LONGEST):
            reader, writer = await asyncio.open_connection(HOST, port)
            try:
                sent = True
                await asyncio.sleep(hesitating)
                writer.write(_request(method, path, body, cookie, key, {"Connection": "close", **(headers or {})}))
                status, found, content = await _response(reader)
            finally:
                writer.close()
    except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
        raise Unanswered(f"{method} {path}: {error!r}", sent=sent) from error
    return Reply(status, found, json.loads(content) if content else None, time.monotonic() - began)


def _request(method: str, path: str, body: object, cookie: str, key: str, headers: Mapping[str, str]) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", *(f"{name}: {value}" for name, value in headers.items())]
    lines += [f"Cookie: session={cookie}"] if cookie else []
    lines += [f'Idempotency-Key: "{key}"'] if key else []
    lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"] if content else []
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


async def _response(reader: asyncio.StreamReader) -> tuple[int, Mapping[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in head[1:] if line)
    headers = {name.lower(): value for name, _, value in pairs}
    length = int(headers.get("content-length", 0))
    return int(head[0].split()[1]), headers, await reader.readexactly(length) if length else b""
