"""HTTP/1.1 as little as a load generator needs: one request at a time, one connection after another."""

import asyncio
from itertools import cycle
from typing import Protocol, cast


class Run(Protocol):
    """What the clients belong to."""

    def request(self, visitor: bytes) -> bytes:
        """The next request of a visitor."""
        ...

    def answered(self, client: "Client", due: float, status: bytes) -> None: ...

    def lost(self, client: "Client") -> None:
        """The connection broke under a request, which gets no answer."""


class Client:
    """One request under way at most, over a new wire when the server has closed the last one."""

    def __init__(self, run: Run, port: int, visitors: list[bytes]) -> None:
        self.run = run
        self.port = port
        self.visitors = cycle(visitors)
        self.wire: Wire | None = None
        self.due: float | None = None
        self.connecting: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        _, self.wire = await loop.create_connection(lambda: Wire(self), "127.0.0.1", self.port)

    async def reconnect(self) -> None:
        try:
            await self.connect()
        except OSError:
            self.run.lost(self)
        else:
            self.ask()

    def send(self, due: float) -> None:
        self.due = due
        if self.wire is None:
            self.connecting = asyncio.ensure_future(self.reconnect())
        else:
            self.ask()

    def ask(self) -> None:
        if self.wire is not None:
            self.wire.send(self.run.request(next(self.visitors)))

    def answered(self, status: bytes, *, closing: bool) -> None:
        if self.due is None:
            raise ValueError("an answer that nobody asked for")
        due, self.due = self.due, None
        if closing:
            self.wire = None
        self.run.answered(self, due, status)

    def lost(self, wire: "Wire") -> None:
        """The request under way, if there is one, gets no answer."""
        if self.wire is not wire:
            return
        self.wire = None
        if self.due is not None:
            self.run.lost(self)


class Wire(asyncio.Protocol):
    """One connection."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's own does not inherit from it

    def send(self, request: bytes) -> None:
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        data = self.rest + data
        head, found, body = data.partition(b"\r\n\r\n")
        if not found or len(body) < content_length(head):
            self.rest = data
            return
        self.rest = b""
        closing = b"\r\nconnection: close" in head.lower()
        self.client.answered(head[9:12], closing=closing)
        if closing:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.client.lost(self)


def content_length(head: bytes) -> int:
    start = head.lower().find(b"\r\ncontent-length:")
    if start < 0:
        raise ValueError("the generator reads answers with a Content-Length only")
    return int(head[start + 17 :].partition(b"\r\n")[0])
