"""What the proofs tell while they run, and the table in the end."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Final, TextIO

RARELY: Final = 30.0  # seconds between two lines of progress where they cannot be written over each other


class Report:
    """One proof's line. On a terminal it is written over, elsewhere there is a new one now and then."""

    def __init__(self, name: str, out: TextIO = sys.stdout) -> None:
        self.name = name
        self._out = out
        self._began = time.monotonic()
        self._last = -RARELY
        self._width = 0

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def progress(self, text: str) -> None:
        """How far it has come. May be called from any thread, and as often as one likes."""
        line = f"{self.name}: {text} ({self.seconds:.0f} s)"
        if self._out.isatty():
            print(f"\r{line:<{self._width}}", end="", file=self._out, flush=True)
            self._width = len(line)
        elif time.monotonic() - self._last >= RARELY:
            self._last = time.monotonic()
            say(line, self._out)

    def end(self, text: str) -> None:
        """The last line, which stays."""
        before = "\r" if self._out.isatty() else ""
        say(f"{before}{f'{self.name}: {text} ({self.seconds:.0f} s)':<{self._width}}", self._out)


def say(text: str, out: TextIO = sys.stdout) -> None:
    print(text, file=out, flush=True)


def table(*rows: Sequence[str]) -> str:
    """In columns; the first row names them."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])
