"""SQLite's write-ahead log goes back into the file beside those who commit, instead of in the middle of a commit."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

log = logging.getLogger("lockstep.checkpoints")
ROWS = 1000  # written between two checkpoints; each changes a page or a few


class Checkpoints:
    """By a thread of its own, once there is something to do. What it leaves, a commit takes back after all."""

    def __init__(self, checkpoint: Callable[[], None]) -> None:
        """`checkpoint` may be called by any thread."""
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
                self._start()

    def close(self) -> None:
        self._closed = True
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        """Where no more threads are to be had, what was committed is no worse for it, and later rows try again."""
        thread = Thread(target=self._work, name="lockstep-checkpoints", daemon=True)
        with suppress(RuntimeError):
            thread.start()
            self._thread = thread

    def _work(self) -> None:
        while self._wanted.wait() and not self._closed:
            self._wanted.clear()
            try:
                self._checkpoint()
            except Exception as error:  # whoever commits next will find out what is wrong, if it still is
                log.warning("checkpoint failed: %s", type(error).__name__)
