"""Many at once, and waiting for what happens behind the scenes."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Result = TypeVar("Result")


def at_once(count: int, act: Callable[[int], Result]) -> list[Result]:
    """`act(0)` … `act(count - 1)`, each from a thread of its own, none before all are ready."""
    gate = Barrier(count)

    def go(number: int) -> Result:
        gate.wait(timeout=30)
        return act(number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(go, range(count)))


def eventually(look: Callable[[], Result], *, within: float = 15.0) -> Result:
    """The first true answer of `look`; an assertion fails when there is none for `within` seconds."""
    deadline = time.monotonic() + within
    while not (seen := look()):
        assert time.monotonic() < deadline, f"after {within} s still {seen!r}"
        time.sleep(0.05)
    return seen
