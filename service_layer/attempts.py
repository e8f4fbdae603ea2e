"""Failed attempts: so many in a window that moves, by account and by address."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from domain.errors import DomainError
from service_layer.ports.attempts import AttemptLimit
from service_layer.records import AttemptRecord

SUBSCRIBER = 64  # bits of an IPv6 address that one customer of a provider has in common (RFC 6177)
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Standing:
    """One counter's state: attempts left of `amount` in `seconds`, and the seconds until there is one, if none is."""

    policy: str
    amount: int
    seconds: int
    left: int
    wait: int


class TooManyAttempts(DomainError):
    code = "too-many-attempts"

    def __init__(self, *standings: Standing) -> None:
        super().__init__("There were too many failed attempts.")
        self.standings = standings
        self.retry_after = max(standing.wait for standing in standings)


@dataclass(frozen=True, slots=True)
class Window:
    """What a limit says at a moment."""

    limit: AttemptLimit
    now: datetime

    def failures(self, record: AttemptRecord | None) -> list[int]:
        """Those that still count, oldest first."""
        since = _micros(self.now) - self.limit.seconds * 1_000_000
        return [at for at in map(int, record.failures.split() if record else ()) if at > since]

    def standing(self, policy: str, failures: Sequence[int]) -> Standing:
        left = max(0, self.limit.amount - len(failures))
        return Standing(policy, self.limit.amount, self.limit.seconds, left, 0 if left else self._wait(failures))

    def add(self, record: AttemptRecord, failures: Sequence[int]) -> None:
        """One more, at this moment."""
        keep(record, [*failures, _micros(self.now)][-self.limit.amount :])
        record.expires_at = self.now + timedelta(seconds=self.limit.seconds)

    def _wait(self, failures: Sequence[int]) -> int:
        """Whole seconds until the oldest of too many is out of the window."""
        micros = failures[-self.limit.amount] + self.limit.seconds * 1_000_000 - _micros(self.now)
        return math.ceil(micros / 1_000_000)


def keep(record: AttemptRecord, failures: Sequence[int]) -> None:
    record.failures = " ".join(map(str, failures))


def source(address: str) -> str:
    """Who an address stands for: over IPv6 a customer has 2^64 of them, which count as one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((parsed, SUBSCRIBER), strict=False)) if isinstance(parsed, IPv6Address) else str(parsed)


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
