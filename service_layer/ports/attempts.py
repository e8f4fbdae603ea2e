"""Guessing, limited."""

from typing import Protocol


class AttemptLimit(Protocol):
    """How many failed attempts an account, or an address, has within so many seconds."""

    @property
    def amount(self) -> int: ...

    @property
    def seconds(self) -> int: ...
