"""Requests byte by byte, for what no well-behaved client would send."""

import socket
from dataclasses import dataclass, field
from http.client import HTTPResponse

from tests.harness.server import HOST, Server


@dataclass(frozen=True)
class Answer:
    """A response as it came over the socket: headers in order, repeated ones kept."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    body: bytes = b""

    def all(self, name: str) -> list[str]:
        return [value for found, value in self.headers if found == name.lower()]


def connect(server: Server) -> socket.socket:
    return socket.create_connection((HOST, server.port), timeout=30)


def ask(server: Server, request: bytes) -> Answer:
    """Send these bytes on a new connection, and read until the server closes it."""
    with connect(server) as wire:
        wire.sendall(request)
        return parse(drain(wire))


def drain(wire: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    received = b""
    while chunk := wire.recv(65_536):
        received += chunk
    return received


def receive(wire: socket.socket) -> Answer:
    """The next response on a connection that stays open, in however many pieces it comes."""
    with HTTPResponse(wire) as response:
        response.begin()
        headers = [(name.lower(), value) for name, value in response.getheaders()]
        return Answer(response.status, headers, response.read())


def parse(response: bytes) -> Answer:
    head, _, body = response.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in rest)
    return Answer(int(first.split()[1]), [(name.lower(), value.strip()) for name, _, value in pairs], body)


def request(method: str, path: str, body: bytes = b"", *headers: str) -> bytes:
    """An HTTP/1.1 request that asks the server to close afterwards; the body is announced by its length."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "Connection: close", *headers]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
