"""Attempts that are being checked at this moment, and may prove to be no failures."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Generator
from contextlib import contextmanager


class Checking:
    """Those of this process, by the counters that they count for."""

    def __init__(self) -> None:
        self._under_way: dict[str, set[asyncio.Future[None]]] = {}

    @contextmanager
    def of(self, counters: Collection[str]) -> Generator[None]:
        """One is under way inside."""
        ended = asyncio.get_running_loop().create_future()
        for counter in counters:
            self._under_way.setdefault(counter, set()).add(ended)
        try:
            yield
        finally:
            ended.set_result(None)
            for counter in counters:
                self._under_way[counter].discard(ended)
                if not self._under_way[counter]:
                    del self._under_way[counter]

    async def ended(self, counters: Collection[str], seconds: float) -> bool:
        """Whether one that counts for any of these has ended within so many seconds; False at once if there is none."""
        under_way = {ended for counter in counters for ended in self._under_way.get(counter, ())}
        if not under_way or seconds <= 0:
            return False
        done, _ = await asyncio.wait(under_way, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        return bool(done)
