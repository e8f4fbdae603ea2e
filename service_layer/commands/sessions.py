"""What can be asked about sessions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from domain.identifiers import UserId
from service_layer.commands.asking import Command, Query
from service_layer.repositories import Needs


@dataclass(frozen=True, kw_only=True)
class LogIn(Command):
    """The password has been found right: `password_hash` is what it was checked against.

    `rehashed` replaces that, where it was made with weaker parameters than today's.
    """

    user_id: UserId
    password_hash: str = field(repr=False)
    rehashed: str | None = field(default=None, repr=False)

    def needs(self, user: UserId | None) -> Needs:
        return {("users", "key"): {self.user_id}, ("sessions", "user_id"): {self.user_id}}


@dataclass(frozen=True, kw_only=True)
class LogOut(Command):
    """End this session. Nobody's ends just as well."""


@dataclass(frozen=True, kw_only=True)
class Touch(Command):
    """The visitor was seen; nothing else."""


@dataclass(frozen=True, kw_only=True)
class EndSession(Command):
    """End one of the caller's sessions."""

    handle: str

    def needs(self, user: UserId | None) -> Needs:
        return {("sessions", "user_id"): {user} if user else ()}


@dataclass(frozen=True, kw_only=True)
class EndSessions(Command):
    """End all of the caller's sessions."""

    def needs(self, user: UserId | None) -> Needs:
        return {("sessions", "user_id"): {user} if user else ()}


@dataclass(frozen=True, kw_only=True)
class ChangePreferences(Command):
    """A JSON merge patch (RFC 7396) of the session's preferences."""

    patch: Any


@dataclass(frozen=True, kw_only=True)
class ClearExpired(Command):
    """Clear away a batch of what has ended by itself: sessions, counters of attempts, idempotency keys."""

    limit: int = 500


@dataclass(frozen=True, kw_only=True)
class SeeSession(Query):
    pass


@dataclass(frozen=True, kw_only=True)
class SeeSessions(Query):
    pass
