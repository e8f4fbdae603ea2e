"""Death at a chosen line: the process is gone, as with `kill -9`, before that line has run."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[3]
OURS: Final = tuple(f"{ROOT / layer}{os.sep}" for layer in ("domain", "service_layer", "adapters"))
DEAD: Final = 137  # the exit status that a shell shows for SIGKILL
PLACE: Final = "died-at.txt"


class Point(NamedTuple):
    """The `line`-th line, from 1, that a thread of this name runs."""

    thread: str
    line: int

    def __str__(self) -> str:
        return f"{self.thread}:{self.line}"

    @classmethod
    def parse(cls, text: str) -> Point:
        thread, _, line = text.rpartition(":")
        return cls(thread, int(line))


class Lines:
    """Counts the lines of domain, service layer and adapters by thread, and dies at one of them if it is told to.

    Each thread counts its own, so that a line keeps its number however the threads take turns.
    """

    def __init__(self, at: Point | None = None) -> None:
        self._at = at
        self._ours: dict[str, bool] = {}
        self._threads = threading.local()
        self._counters: dict[str, Counter] = {}

    @property
    def run(self) -> dict[str, int]:
        return {thread: counter.lines for thread, counter in self._counters.items()}

    def watch(self) -> None:
        """From the next call on, in this thread and in those that it starts."""
        threading.settrace(self._called)
        sys.settrace(self._called)

    def rest(self) -> None:
        threading.settrace(None)  # type: ignore[arg-type]  # documented to take None
        sys.settrace(None)

    def _called(self, frame: FrameType, event: str, argument: object) -> Any:
        name = frame.f_code.co_filename
        ours = self._ours.get(name)
        if ours is None:
            ours = self._ours[name] = name.startswith(OURS)
        if not ours:
            return None
        try:
            return self._threads.went_on
        except AttributeError:
            thread = threading.current_thread().name
            if self._at and self._at.thread != thread:
                sys.settrace(None)  # nobody dies here: this thread may be as fast as it can
                return None
            self._threads.went_on = went_on = self._counter(thread).went_on
            return went_on

    def _counter(self, thread: str) -> Counter:
        """Threads of one name share one: of the lanes, only the writing one is ever started."""
        death = self._at.line if self._at and self._at.thread == thread else None
        return self._counters.setdefault(thread, Counter(death))


class Counter:
    """The lines of one thread."""

    def __init__(self, death: int | None) -> None:
        self.lines = 0
        self._death = death

    def went_on(self, frame: FrameType, event: str, argument: object) -> Any:
        if event == "line":
            self.lines += 1
            if self.lines == self._death:
                _die(frame)
        return self.went_on


def _die(frame: FrameType) -> None:
    place = f"{Path(frame.f_code.co_filename).relative_to(ROOT)}:{frame.f_lineno}"
    with open(PLACE, "w", encoding="ascii") as file:
        file.write(place)
    os._exit(DEAD)
