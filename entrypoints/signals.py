"""Being told to stop."""

from __future__ import annotations

import signal
import sys
from types import FrameType


def end_at_signals() -> None:
    """SIGTERM and SIGINT end this process well, wherever it is: everything that is open gets closed on the way."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)


def _end(signal_number: int, frame: FrameType | None) -> None:
    sys.exit(0)
