"""A wire to PostgreSQL that is cut when the word COMMIT comes by: before it, behind it, or for good."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from urllib.parse import urlsplit

HOST = "127.0.0.1"
HANGING = 0.5  # seconds


class Cut(Enum):
    """Where the wire is cut, and what becomes of the server's end of it."""

    NOT = "not at all"
    BEFORE = "the server never hears of it, and that its client is gone"
    BEFORE_AND_HANGING = "the server never hears of it, and learns late that its client is gone"
    BEHIND = "the server does it, and the answer is lost"
    LATE = "the server does it when its client has long lost the wire"


class Wire:
    """Takes connections for a server. `cut` is for the next COMMIT, after which nobody gets through if `for_good`.

    While it does not flow (`flows.clear()`), both ends hear nothing, and nothing is lost.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._server = (parts.hostname or HOST, parts.port or 5432)
        self._listener = socket.create_server((HOST, 0))
        port = self._listener.getsockname()[1]
        self.url = parts._replace(netloc=f"{parts.username}:{parts.password}@{HOST}:{port}").geturl()
        self.cut = Cut.NOT
        self.for_good = False
        self.flows = threading.Event()
        self.flows.set()
        self.down = False
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def cut_now(self) -> Cut:
        """What to do with a COMMIT; the next one is let through."""
        cut, self.cut = self.cut, Cut.NOT
        self.down = self.down or (self.for_good and cut is not Cut.NOT)
        return cut

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self.down:
                    client.close()
                else:
                    Pair(self, client, socket.create_connection(self._server)).start()


class Pair:
    """Both ends of one connection, and what goes to and fro."""

    def __init__(self, wire: Wire, client: socket.socket, server: socket.socket) -> None:
        self._wire = wire
        self._client = client
        self._server = server
        self._is_cut = False
        self._answered = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._forward, daemon=True).start()
        threading.Thread(target=self._back, daemon=True).start()

    def _forward(self) -> None:
        with suppress(OSError):
            while data := self._client.recv(65536):
                self._wire.flows.wait()
                cut = self._wire.cut_now() if b"COMMIT\0" in data else Cut.NOT
                if cut is not Cut.NOT:
                    self._do(cut, data)
                    break
                self._server.sendall(data)
        _close(self._server)

    def _back(self) -> None:
        with suppress(OSError):
            while data := self._server.recv(65536):
                self._wire.flows.wait()
                if not self._is_cut:
                    self._client.sendall(data)
                self._answered.set()
        _close(self._client)

    def _do(self, cut: Cut, data: bytes) -> None:
        self._is_cut = True
        self._answered.clear()
        if cut is Cut.BEHIND:
            self._send_and_wait(data)
        _close(self._client)
        if cut in (Cut.BEFORE_AND_HANGING, Cut.LATE):
            time.sleep(HANGING)
        if cut is Cut.LATE:
            self._send_and_wait(data)

    def _send_and_wait(self, data: bytes) -> None:
        self._server.sendall(data)
        self._answered.wait(timeout=10)


@contextmanager
def wire_to(url: str) -> Iterator[Wire]:
    wire = Wire(url)
    try:
        yield wire
    finally:
        wire.close()


def _close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
