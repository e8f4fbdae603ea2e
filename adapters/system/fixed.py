"""Time that stands still until it is moved, and ids that count: for tests that run the same way each time."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from itertools import count

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class FixedClock:
    """Some moment, and no later before somebody says so."""

    def __init__(self, at: datetime = NOON) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> datetime:
        """Time passes, or runs back; what time it is then."""
        self._at += by
        return self._at

    def set(self, at: datetime) -> None:
        self._at = at


class CountingIds:
    """UUIDv7 in form, numbered from 1; secrets that have the length of real ones, and that anybody can guess."""

    def __init__(self) -> None:
        self._ids = count(1)
        self._secrets = count(1)

    def new(self) -> str:
        return f"00000000-0000-7000-8000-{next(self._ids):012x}"

    def secret(self) -> str:
        digest = hashlib.sha256(f"secret {next(self._secrets)}".encode()).digest()
        return urlsafe_b64encode(digest).rstrip(b"=").decode()
