"""A plain JSON client for filling a shop over HTTP; not for measuring."""

import json
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Unexpected(Exception):
    """An answer that filling the shop cannot go on with."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: HTTPMessage
    body: Any

    @property
    def cookie(self) -> str:
        """Name and value of the one cookie that was set."""
        return self.headers["Set-Cookie"].partition(";")[0]


class Client:
    """One kept connection for each thread that uses it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.local = threading.local()

    def send(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        """Raises `Unexpected` at anything but a 2xx."""
        connection = self.connection()
        content = None if body is None else json.dumps(body, separators=(",", ":")).encode()
        kind = {} if body is None else {"Content-Type": "application/json"}
        connection.request(method, path, content, {**kind, **(headers or {})})
        response = connection.getresponse()
        text = response.read()
        if not 200 <= response.status < 300:
            raise Unexpected(f"{method} {path}: {response.status} {text[:500].decode(errors='replace')}")
        return Answer(response.status, response.headers, json.loads(text) if text else None)

    def connection(self) -> HTTPConnection:
        if not hasattr(self.local, "connection"):
            self.local.connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        return self.local.connection


def together(action: Callable[[T], R], things: Iterable[T], threads: int = 8) -> list[R]:
    """`action` of each, several at a time, in order; the first failure is raised."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(action, things))
