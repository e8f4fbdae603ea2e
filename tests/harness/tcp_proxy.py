"""A wire that can be cut: a TCP proxy between two programs on this machine."""

from __future__ import annotations

import select
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Self

from tests.harness.server import HOST, free_port

CHUNK: Final = 65_536
NO_GOODBYE: Final = struct.pack("ii", 1, 0)  # SO_LINGER: what is still under way is lost, as if a cable were pulled


class Connection:
    """One connection through the proxy; `there` is where it leads. Nothing passes while nothing is `flowing`."""

    def __init__(self, here: socket.socket, there: socket.socket) -> None:
        self.here = here
        self.there = there
        self.flowing = threading.Event()
        self._lock = threading.Lock()
        self._is_cut = False

    def cut(self) -> None:
        """Both sides find it broken."""
        with self._lock:
            if self._is_cut:
                return
            self._is_cut = True
        self.flowing.set()
        for side in (self.here, self.there):
            self.hang_up(side)

    def hang_up(self, side: socket.socket) -> None:
        with suppress(OSError):
            side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_GOODBYE)
            side.shutdown(socket.SHUT_RDWR)
        side.close()

    def asked(self, data: bytes) -> None:
        """What came from here. Raises `OSError` where the connection is cut."""
        self.there.sendall(data)

    def answered(self, data: bytes) -> None:
        """What came from there. Raises `OSError` where the connection is cut."""
        self.here.sendall(data)

    def pump(self, source: socket.socket, deliver: Callable[[bytes], None]) -> None:
        """Until either side closes, or the wire is cut."""
        with suppress(OSError, ValueError):
            while data := source.recv(CHUNK):
                self.flowing.wait()
                deliver(data)
        self.cut()


class TcpProxy:
    """Listens on a port of its own from the start. Where it is closed, connections to it are refused."""

    def __init__(self, host: str, port: int) -> None:
        self.port = free_port()
        self.target = host, port
        self._connections: set[Connection] = set()
        self._frozen = False
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        self._listener = listener = socket.create_server((HOST, self.port), backlog=512)
        self._thread = threading.Thread(target=self._accept, args=(listener,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Cuts every connection, and takes no other until it is opened again."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        if self._thread is not None:
            self._thread.join()
        self.cut()

    def cut(self) -> None:
        """Every connection that there is."""
        with self._lock:
            connections, self._connections = self._connections, set()
        for connection in connections:
            connection.cut()

    def freeze(self) -> None:
        """From now on nothing passes, and nobody is told."""
        with self._lock:
            self._frozen = True
            for connection in self._connections:
                connection.flowing.clear()

    def thaw(self) -> None:
        """What was held back passes, and all that comes."""
        with self._lock:
            self._frozen = False
            for connection in self._connections:
                connection.flowing.set()

    def reach(self) -> socket.socket:
        """Where a new connection leads to. Raises `OSError` where nobody is there."""
        return socket.create_connection(self.target, timeout=10)

    def connection(self, here: socket.socket, there: socket.socket) -> Connection:
        """To be overridden by who wants to listen in."""
        return Connection(here, there)

    def _accept(self, listener: socket.socket) -> None:
        """Looks up now and then, since closing a socket wakes nobody who waits for it."""
        with suppress(OSError, ValueError):
            while listener.fileno() >= 0:
                if select.select([listener], [], [], 0.02)[0]:
                    self._connect(listener.accept()[0])

    def _connect(self, here: socket.socket) -> None:
        try:
            there = self.reach()
        except OSError:
            here.close()
            return
        there.settimeout(None)
        for side in (here, there):
            side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = self.connection(here, there)
        with self._lock:
            self._connections.add(connection)
            if not self._frozen:
                connection.flowing.set()
        for source, deliver in ((here, connection.asked), (there, connection.answered)):
            threading.Thread(target=connection.pump, args=(source, deliver), daemon=True).start()
