"""A listening socket that several processes share, none of which lets in many more than the others."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable, MutableSequence
from dataclasses import dataclass
from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

GONE: Final = 2**31 - 1
"""More connections than anybody has: of a process that is not there."""

PATIENCE: Final = 0.001  # seconds that whoever has more than others leaves them the next
RECOVER: Final = 1.0  # seconds before the next look where this process can open no more files
FULL: Final = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
log: FilteringBoundLogger = structlog.get_logger("lockstep.door")


@dataclass(frozen=True, slots=True)
class Share:
    """How many connections each process has, in memory that all of them see; `place` is this one's own number."""

    counts: MutableSequence[int]
    place: int

    def begin(self) -> None:
        self.counts[self.place] = 0

    def end(self) -> None:
        """Nobody waits for this process any more."""
        self.counts[self.place] = GONE

    def came(self) -> None:
        self._now(+1)

    def went(self) -> None:
        self._now(-1)

    def _now(self, more: int) -> None:
        if self.counts[self.place] != GONE:
            self.counts[self.place] += more

    def is_full(self) -> bool:
        """Whether somebody else has fewer, by more than an eighth and one."""
        fewest = min(self.counts)
        return self.counts[self.place] > fewest + fewest // 8 + 1


class Door:
    """In place of the server that uvicorn would have its loop make, which takes as many as are in line, all at once:
    of two processes one then has all the work, for as long as those connections live.
    """

    def __init__(self, listener: socket.socket, protocol: Callable[[], asyncio.Protocol], share: Share) -> None:
        """`protocol` makes what looks after one connection, and tells the share when that has gone."""
        self._listener = listener
        self._protocol = protocol
        self._share = share
        self._loop = asyncio.get_running_loop()
        self._entering: set[asyncio.Task[object]] = set()
        self._closed = False
        listener.setblocking(False)
        share.begin()
        self._open()

    def close(self) -> None:
        """Lets in who is in line, and nobody after them; those who are in stay."""
        if self._closed:
            return
        self._shut()
        self._closed = True
        self._share.end()
        while self._let_in():
            pass

    async def all_in(self) -> None:
        """Whoever was let in has come in: uvicorn knows of them."""
        await asyncio.gather(*self._entering)

    async def wait_closed(self) -> None:
        """The connections are uvicorn's to end."""

    def _open(self) -> None:
        if not self._closed:
            self._loop.add_reader(self._listener, self._answer)

    def _shut(self) -> None:
        if not self._closed:
            self._loop.remove_reader(self._listener)

    def _answer(self) -> None:
        """Somebody is at the door, of all who share it."""
        if self._share.is_full():
            self._shut()
            self._loop.call_later(PATIENCE, self._let_in_after_all)
        else:
            self._let_in()

    def _let_in_after_all(self) -> None:
        self._open()
        if not self._closed:
            self._let_in()

    def _let_in(self) -> bool:
        """Whether there was somebody, whom another process may have been faster to let in."""
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return False
        except OSError as error:
            if error.errno in FULL:
                log.warning("no more connections can be opened for a moment", reason=error.strerror)
                self._shut()
                self._loop.call_later(RECOVER, self._open)
            return False
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._share.came()
        entering = self._loop.create_task(self._enter(connection))
        self._entering.add(entering)
        entering.add_done_callback(self._entering.discard)
        return True

    async def _enter(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._protocol, connection)
        except Exception:  # gone again, before the loop had it
            connection.close()
            self._share.went()
