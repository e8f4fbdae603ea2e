"""A wire to PostgreSQL that is cut at a COMMIT: before it, during it, or after it."""

from __future__ import annotations

import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from enum import Enum
from typing import Final

from tests.harness.tcp_proxy import Connection, TcpProxy

PROTOCOL_3: Final = 3  # the major version with which a session begins, after questions about encryption
WRITES: Final = re.compile(r"\s*(INSERT INTO|UPDATE) orders\b")


class Moment(Enum):
    """When the wire is cut."""

    WRITING = "while the rows come"
    BEFORE = "before the server is told"
    DURING = "as soon as the server is told"
    LATE = "before the server is told, which it is when everybody has gone"
    HANGING = "before the server is told, which does not know for a while that everybody has gone"
    UNHEARD = "when the server has done it, and said so to nobody"
    AFTER = "when all is said"


AT_COMMIT: Final = tuple(moment for moment in Moment if moment is not Moment.WRITING)
A_WHILE: Final = 0.15  # seconds


class Frontend:
    """What a client says, message by message (PostgreSQL, chapter "Frontend/Backend Protocol", 55.7)."""

    def __init__(self) -> None:
        self._buffer = b""
        self._begun = False

    def messages(self, data: bytes) -> Iterator[tuple[str, bytes, bytes]]:
        """Type, content, and the message as it came; the type is empty before the session has begun."""
        self._buffer += data
        while (length := self._length()) is not None and len(self._buffer) >= length:
            message, self._buffer = self._buffer[:length], self._buffer[length:]
            if self._begun:
                yield chr(message[0]), message[5:], message
            else:
                self._begun = struct.unpack("!H", message[4:6])[0] == PROTOCOL_3
                yield "", message[4:], message

    def _length(self) -> int | None:
        start = 1 if self._begun else 0
        if len(self._buffer) < start + 4:
            return None
        return start + int(struct.unpack("!I", self._buffer[start : start + 4])[0])


class Listening(Connection):
    """Knows when a transaction that wrote orders is about to be committed."""

    def __init__(self, here: socket.socket, there: socket.socket, cutter: CommitCutter) -> None:
        super().__init__(here, there)
        self._cutter = cutter
        self._frontend = Frontend()
        self._statements: dict[bytes, str] = {}
        self._wrote_orders = False
        self._moment: Moment | None = None

    def asked(self, data: bytes) -> None:
        for kind, content, message in self._frontend.messages(data):
            if self._writes_orders(kind, content):
                self._moment = self._cutter.take(Moment.WRITING)
            elif self._wrote_orders and kind == "Q" and _plain(content) == b"COMMIT":
                self._moment = self._cutter.take(*AT_COMMIT)
            if self._moment in (Moment.WRITING, Moment.BEFORE):
                self._end()
                return
            if self._moment in (Moment.LATE, Moment.HANGING):
                self._leave(message if self._moment is Moment.LATE else b"")
                return
            super().asked(message)
            if self._moment is Moment.DURING:
                self._end()
                return

    def answered(self, data: bytes) -> None:
        if self._moment is Moment.UNHEARD:
            self._end()
            return
        super().answered(data)
        if self._moment is Moment.AFTER:
            self._end()

    def _end(self) -> None:
        self.cut()
        self._cutter.struck()

    def _leave(self, last_words: bytes) -> None:
        """Who is here has lost the wire; who is there notices later."""
        self.hang_up(self.here)
        self._cutter.struck()
        time.sleep(A_WHILE)
        with suppress(OSError):
            super().asked(last_words)
        time.sleep(A_WHILE)
        self.cut()

    def _writes_orders(self, kind: str, content: bytes) -> bool:
        """Whether this does; what did in the same transaction is remembered."""
        writes = False
        if kind == "P":
            name, text, _ = content.split(b"\0", 2)
            self._statements[name] = text.decode()
        elif kind == "B":
            _, name, _ = content.split(b"\0", 2)
            writes = bool(WRITES.match(self._statements.get(name, "")))
        elif kind == "Q" and _plain(content).startswith(b"BEGIN"):
            self._wrote_orders = False
        self._wrote_orders |= writes
        return writes


def _plain(content: bytes) -> bytes:
    return content.rstrip(b"\0; ").upper()


class CommitCutter(TcpProxy):
    """Once armed, cuts at the next COMMIT of orders."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self.cuts = 0
        self._armed: Moment | None = None
        self._away = False
        self._hit = threading.Event()

    def connection(self, here: socket.socket, there: socket.socket) -> Connection:
        return Listening(here, there, self)

    def arm(self, moment: Moment, *, away: bool = False) -> None:
        """Where it stays `away`, every connection goes with that one, and no other comes until it is opened again."""
        self._armed, self._away = moment, away
        self._hit.clear()

    def wait(self, seconds: float) -> bool:
        """Whether it has been cut since it was armed, or is within so many seconds."""
        return self._hit.wait(seconds)

    def take(self, *moments: Moment) -> Moment | None:
        """Whether it is to be cut now, and how; only once."""
        if self._armed not in moments:
            return None
        moment, self._armed = self._armed, None
        return moment

    def struck(self) -> None:
        self.cuts += 1
        if self._away:
            self.close()
        self._hit.set()
