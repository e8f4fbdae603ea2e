"""Time, passed in."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """What time it is; domain and handlers read no other."""

    def now(self) -> datetime:
        """The moment, aware, in UTC, to the microsecond."""
        ...
