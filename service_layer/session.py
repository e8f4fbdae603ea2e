"""The visitor's session, as handlers see it: who, which order last, which preferences."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from domain.errors import Forbidden, Unauthenticated
from domain.identifiers import OrderId, UserId
from domain.users import Role, User
from service_layer.ports.errors import SessionNotSerializable, SessionTooLarge
from service_layer.records import SessionRecord

MOST_PREFERENCES = 4096  # bytes of JSON


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lives: `idle` since it was last seen, `absolute` since it began or somebody logged in."""

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=8)

    def end(self, created_at: datetime, last_seen_at: datetime) -> datetime:
        return min(last_seen_at + self.idle, created_at + self.absolute)

    def touch_due(self, record: SessionRecord, now: datetime) -> bool:
        """Being seen is written at most once per tenth of the idle time, so that reads stay reads."""
        return now - record.last_seen_at >= self.idle / 10


Kept = Mapping[str, Any]
"""What a session remembers between requests, by its names in the record."""

NOTHING_KEPT: Final[Kept] = {
    "user_id": None, "roles": "", "authenticated_at": None, "last_order_id": None, "preferences": "{}",
}  # fmt: skip


class Session:
    """A working copy; nothing of it is real before the unit commits."""

    def __init__(self, record: SessionRecord | None, *, operator: bool, lifetime: Lifetime) -> None:
        self.record = record
        self.operator = operator
        self.fresh_id = False
        self.logged_in = False
        self.ended = False
        self._lifetime = lifetime
        self.user_id = UserId(record.user_id) if record and record.user_id else None
        self.roles: frozenset[Role] = frozenset(map(Role, record.roles.split() if record else ()))
        self.authenticated_at = record.authenticated_at if record else None
        self.last_order_id = OrderId(record.last_order_id) if record and record.last_order_id else None
        self._preferences: Any = None

    @property
    def preferences(self) -> Any:  # noqa: ANN401  # JSON
        """A JSON object; change it in place or replace it."""
        if self._preferences is None:
            self._preferences = json.loads(self.record.preferences) if self.record else {}
        return self._preferences

    @preferences.setter
    def preferences(self, value: Any) -> None:  # noqa: ANN401  # JSON
        self._preferences = value

    @property
    def expires_at(self) -> datetime | None:
        return self.record.created_at + self._lifetime.absolute if self.record else None

    @property
    def idle_expires_at(self) -> datetime | None:
        return self.record.last_seen_at + self._lifetime.idle if self.record else None

    def require_user(self) -> UserId:
        """Raises `Unauthenticated`."""
        if self.user_id is None:
            raise Unauthenticated
        return self.user_id

    def require_staff(self) -> None:
        """Raises `Unauthenticated`, `Forbidden`."""
        if not self.is_staff:
            self.require_user()
            raise Forbidden

    @property
    def is_staff(self) -> bool:
        return self.operator or Role.STAFF in self.roles

    def log_in(self, user: User, at: datetime) -> None:
        """A new identity gets a new id: one that was planted beforehand is worth nothing (session fixation).

        What an anonymous visitor preferred comes along; what another user did, does not.
        """
        if self.user_id not in (None, user.id):
            self.preferences = {}
        self.user_id, self.roles, self.authenticated_at = user.id, user.roles, at
        self.last_order_id = None
        self.fresh_id = self.logged_in = True

    def log_out(self) -> None:
        """The id is dead once this is committed."""
        self.ended = True
        self.user_id = self.authenticated_at = self.last_order_id = None
        self.roles = frozenset[Role]()
        self.preferences = {}

    def renew_id(self) -> None:
        """The same session under a new id, which lives no longer than the old one would have."""
        self.fresh_id = True

    def kept(self) -> Kept:
        """What of it is to be stored. Raises `SessionNotSerializable`, and `SessionTooLarge` past 4 KB."""
        text = self.record.preferences if self.record and self._preferences is None else _json(self.preferences)
        if len(text) * 4 > MOST_PREFERENCES and len(text.encode()) > MOST_PREFERENCES:
            raise SessionTooLarge("The preferences exceed 4 KB.")
        return {
            "user_id": self.user_id,
            "roles": _joined(self.roles),
            "authenticated_at": self.authenticated_at,
            "last_order_id": self.last_order_id,
            "preferences": text,
        }


def _joined(roles: Iterable[Role]) -> str:
    return " ".join(sorted(roles))


def _json(value: object) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
        text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise SessionNotSerializable("what the session should hold is not JSON") from error
    return text
