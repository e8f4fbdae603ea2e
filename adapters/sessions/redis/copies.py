"""The copies in Redis: each knows its version, and gives way to a newer one only."""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final, Self, cast

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, RedisError
from redis.retry import Retry

from adapters.sessions.written import written
from service_layer.ports.errors import Unavailable
from service_layer.records import SessionRecord

PREFIX: Final = "lockstep:session:"
PATIENCE: Final = 0.25  # seconds for Redis to answer: the lane waits meanwhile
AWAY: Final = 2.0  # seconds for which nobody in the lane asks again
LAST: Final = 2**53  # the version of what has ended: nothing comes after it, and Lua can count to it
LONGEST_DELAY: Final = timedelta(days=1)  # that an older copy can be on its way, in a process that was frozen
MILLISECOND: Final = timedelta(milliseconds=1)

# KEYS: the copy. ARGV: its version, its text, how many milliseconds it lives.
REPLACE_OLDER: Final = """
local known = tonumber(redis.call('HGET', KEYS[1], 'version') or 0)
if known < tonumber(ARGV[1]) then
    redis.call('HSET', KEYS[1], 'version', ARGV[1], 'record', ARGV[2])
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
"""

log = logging.getLogger("lockstep.sessions")


@dataclass(frozen=True, slots=True)
class Copy:
    """One version of a session; `record` is empty where it has ended."""

    key: str
    version: int
    record: str
    milliseconds: int

    @classmethod
    def of(cls, record: SessionRecord) -> Self:
        """It lives as long as the session does unless it is seen again: a reader looks at the clock himself."""
        left = max(MILLISECOND, record.expires_at - record.last_seen_at)
        return cls(record.key, record.version, written(record), left // MILLISECOND)

    @classmethod
    def ended(cls, key: str) -> Self:
        """Keeps every older copy out."""
        return cls(key, LAST, "", LONGEST_DELAY // MILLISECOND)

    @classmethod
    def told(cls, payload: Mapping[str, object]) -> Self:
        """As a message tells of it, which `payload` made."""
        return cls(**cast("dict[str, Any]", payload))

    @property
    def is_end(self) -> bool:
        return not self.record

    def payload(self) -> dict[str, object]:
        return asdict(self)


class Copies:
    """A whole group's copies in one round trip. Raises `Unavailable` where Redis is away."""

    def __init__(self, url: str) -> None:
        """Raises `ValueError`. Opens no connection yet."""
        self._redis: Any = cast("Any", Redis).from_url(  # whose types are known in part only
            url,
            decode_responses=True,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 1, (ConnectionError,)),  # a connection that has stood idle may be gone
        )
        self._away_until = 0.0

    @property
    def away(self) -> bool:
        """Whether it was found away a moment ago, so that nobody has to wait for that again."""
        return time.monotonic() < self._away_until

    def find(self, keys: Sequence[str]) -> dict[str, str]:
        """The records that Redis knows of, empty where they have ended."""
        with self._in_words(), self._redis.pipeline(transaction=False) as pipeline:
            for key in keys:
                pipeline.hget(PREFIX + key, "record")
            found: list[str | None] = pipeline.execute()
        return {key: record for key, record in zip(keys, found, strict=True) if record is not None}

    def put(self, copies: Iterable[Copy]) -> None:
        """Each, unless a newer one is there: in whatever order they come, the newest stays."""
        with self._in_words(), self._redis.pipeline(transaction=False) as pipeline:
            for copy in copies:
                pipeline.eval(
                    REPLACE_OLDER, 1, PREFIX + copy.key, str(copy.version), copy.record, str(copy.milliseconds)
                )
            pipeline.execute()

    def close(self) -> None:
        self._redis.close()

    @contextmanager
    def _in_words(self) -> Generator[None]:
        try:
            yield
        except RedisError as error:
            if not self.away:
                log.warning("Redis does not answer: %s", type(error).__name__)
            self._away_until = time.monotonic() + AWAY
            raise Unavailable("Redis cannot be reached.") from error
        self._away_until = 0.0
