"""How many attempts are allowed, in the notation of the `limits` library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from limits import parse_many

_NO_TIME = re.compile(r"\b0+\s*[a-z]", re.IGNORECASE)  # 0 minutes, which the library takes for one


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
