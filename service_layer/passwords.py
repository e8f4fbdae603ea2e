"""Password hashing off the event loop and off the lane, by few threads that give way: log-ins cannot starve orders."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TypeVar

from service_layer.ports.errors import Unavailable
from service_layer.ports.passwords import PasswordHasher

R = TypeVar("R")
POLITE = 5  # a thread of this priority gets a third of a processor that another wants, and all of an idle one


def _give_way() -> None:
    """This thread goes after the others: the event loop and the lane, on which orders wait."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), POLITE)


GIVE_WAY = _give_way if sys.platform == "linux" else None  # elsewhere threads have no priority of their own


class Passwords:
    """A hasher whose calls queue for `threads` threads, on behalf of `room` requests at most."""

    def __init__(self, hasher: PasswordHasher, *, threads: int = 2, room: int = 256) -> None:
        self._hasher = hasher
        self._threads = ThreadPoolExecutor(threads, "lockstep-passwords", GIVE_WAY)
        self._room = room
        self._waiting = 0

    @contextmanager
    def place(self) -> Generator[None]:
        """For all that one request has hashed, and what it does before. Raises `Unavailable` where too many wait."""
        if self._waiting >= self._room:
            raise Unavailable("Too many passwords are waiting to be checked.")
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    async def hash(self, password: str) -> str:
        return await self._queue(lambda: self._hasher.hash(password))

    async def verify(self, password: str, hashed: str | None) -> bool:
        """The same work for an unknown user as for a known one."""
        return await self._queue(lambda: self._hasher.verify(password, hashed))

    def outdated(self, hashed: str) -> bool:
        return self._hasher.outdated(hashed)

    def close(self) -> None:
        self._threads.shutdown()

    async def _queue(self, work: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
