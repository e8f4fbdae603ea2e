"""Failed attempts, counted in this process: so many in a moving window, by account and by address."""

from __future__ import annotations

import math
import re
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Self

from limits import parse_many

from service_layer.ports.clock import Clock

_NO_TIME = re.compile(r"\b0+\s*[a-z]", re.IGNORECASE)  # 0 minutes, which the library takes for one
MOST_KEYS = 100_000  # about 30 MB, of ten attempts each


@dataclass(frozen=True, slots=True)
class Limit:
    """So many attempts within so many seconds."""

    amount: int
    seconds: int

    @classmethod
    def parse(cls, notation: str) -> Self:
        """From the notation of the `limits` library, such as `10/3 minutes`. Raises `ValueError`."""
        first, *others = parse_many(notation)
        if others or first.amount < 1 or _NO_TIME.search(notation):
            raise ValueError("takes one limit of at least one attempt, such as 10/3 minutes")
        return cls(first.amount, first.get_expiry())


class LimitedAttempts:
    """Counts of this process only, gone with it.

    A key has its last `amount` failures remembered, and the keys that failed last are `room` at most: whoever
    would push a key out must fail with as many others, each of which counts for the address they come from.
    """

    def __init__(self, limit: Limit, clock: Clock, *, room: int = MOST_KEYS) -> None:
        self._limit = limit
        self._clock = clock
        self._room = room
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()  # the one that failed last is last
        self._lock = threading.Lock()

    def wait(self, key: str) -> int:
        """Seconds until the oldest of too many failures is out of the window; 0 where another attempt is allowed."""
        now = self._now()
        with self._lock:
            failures = self._failures.get(key)
            if failures is None or len(failures) < self._limit.amount:
                return 0
            return max(0, math.ceil(failures[0] + self._limit.seconds - now))

    def failed(self, key: str) -> None:
        """One more, at this moment."""
        now = self._now()
        with self._lock:
            self._failures.setdefault(key, deque(maxlen=self._limit.amount)).append(now)
            self._failures.move_to_end(key)
            self._forget(now)

    def forgive(self, key: str) -> None:
        """The last one was no failure after all."""
        with self._lock:
            failures = self._failures.get(key)
            if failures:
                failures.pop()
            if not failures:
                self._failures.pop(key, None)

    def _forget(self, now: float) -> None:
        """What is out of the window, and whatever there is no room for: the one that failed longest ago first."""
        while len(self._failures) > self._room or self._longest_ago() <= now - self._limit.seconds:
            self._failures.popitem(last=False)

    def _longest_ago(self) -> float:
        """When the key that has not failed for the longest time did so last."""
        return next(iter(self._failures.values()))[-1]

    def _now(self) -> float:
        return self._clock.now().timestamp()
