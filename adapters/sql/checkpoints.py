"""SQLite's write-ahead log goes back into the file beside those who commit, instead of in the middle of a commit."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

ROWS = 1000  # written between two checkpoints; each changes a page or a few


class Checkpoints:
    """By a thread of its own, once there is something to do. Where it falls behind, a commit does it after all."""

    def __init__(self, checkpoint: Callable[[], None]) -> None:
        """`checkpoint` never raises, and may be called by any thread."""
        self._checkpoint = checkpoint
        self._rows = 0
        self._wanted = Event()
        self._closed = False
        self._thread: Thread | None = None

    def written(self, rows: int) -> None:
        """Called by one thread at a time: whose turn it is to write."""
        self._rows += rows
        if self._rows >= ROWS:
            self._rows = 0
            self._wanted.set()
            if self._thread is None:
                self._thread = Thread(target=self._work, name="lockstep-checkpoints", daemon=True)
                self._thread.start()

    def close(self) -> None:
        self._closed = True
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while self._wanted.wait() and not self._closed:
            self._wanted.clear()
            self._checkpoint()
