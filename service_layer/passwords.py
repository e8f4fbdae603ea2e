"""Password hashing off the event loop and off the lane, by so few threads that log-ins cannot starve orders."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from service_layer.ports.errors import Unavailable
from service_layer.ports.passwords import PasswordHasher

R = TypeVar("R")


class Passwords:
    """A hasher whose calls queue for `threads` threads, `room` of them at most."""

    def __init__(self, hasher: PasswordHasher, *, threads: int = 2, room: int = 256) -> None:
        self._hasher = hasher
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="lockstep-passwords")
        self._room = room
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """Raises `Unavailable` where too many wait."""
        return await self._queue(lambda: self._hasher.hash(password))

    async def verify(self, password: str, hashed: str | None) -> bool:
        """The same work for an unknown user as for a known one. Raises `Unavailable` where too many wait."""
        return await self._queue(lambda: self._hasher.verify(password, hashed))

    def outdated(self, hashed: str) -> bool:
        return self._hasher.outdated(hashed)

    def close(self) -> None:
        self._threads.shutdown()

    async def _queue(self, work: Callable[[], R]) -> R:
        if self._waiting >= self._room:
            raise Unavailable("Too many passwords are waiting to be checked.")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1
