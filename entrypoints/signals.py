"""Being told to stop."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import Final

_heard: Final[list[int]] = []  # no lock, as an Event has one: a signal may interrupt another


def end_at_signals() -> None:
    """SIGTERM and SIGINT end this process well, wherever it is: everything that is open gets closed on the way.

    Where a destructor or the garbage collector is under way, Python drops what is raised: whoever is about to wait
    asks `told_to_end`.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)


def told_to_end() -> bool:
    """Whether one of them has come, even if nothing ended at it."""
    return bool(_heard)


def end_if_told() -> None:
    """Ends this process well where one of them has come."""
    if told_to_end():
        sys.exit(0)


def _end(signal_number: int, frame: FrameType | None) -> None:
    _heard.append(signal_number)
    sys.exit(0)
