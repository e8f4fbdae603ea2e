"""What every command and query is. Each says what it will need, so that a group can load it in bulk."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass

from domain.identifiers import UserId
from service_layer.repositories import Needs


class Command:
    """Something to be done, in a unit that writes."""

    def needs(self, user: UserId | None) -> Needs:
        """What the handler will load, as far as it can be told beforehand."""
        return {}


class Query:
    """Something to be told, in a unit that only reads."""

    def needs(self, user: UserId | None) -> Needs:
        """As for a command."""
        return {}


@dataclass(frozen=True, kw_only=True)
class Keyed(Command, ABC):
    """A command that a client may repeat under a key of its own; `operation` is its method and path."""

    key: str | None = None
    operation: str

    def key_id(self, caller: UserId) -> str:
        return f"{caller} {self.operation} {self.key}"

    @abstractmethod
    def fingerprint(self) -> str:
        """The same for the same request, whatever the order of its members was."""

    def needs(self, user: UserId | None) -> Needs:
        return {("keys", "key"): {self.key_id(user)}} if user and self.key else {}


def digest(*parts: object) -> str:
    """Of plain values, whose `repr` is the same in every process."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()
