"""What can be asked about failed attempts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.identifiers import UserId
from domain.users import Email
from service_layer.attempts import source
from service_layer.commands.asking import Command, digest
from service_layer.ports.attempts import AttemptLimit
from service_layer.repositories import Needs


@dataclass(frozen=True, kw_only=True)
class Attempted(Command):
    """Whose password is guessed, and from where. What is kept of either is a digest."""

    account: Email
    address: str

    def counters(self) -> Iterable[tuple[str, str]]:
        """The name and the key of each counter."""
        yield "account", digest("account", self.account.key)
        yield "address", digest("address", source(self.address))

    def keys(self) -> set[str]:
        """Of both counters."""
        return {key for _, key in self.counters()}

    def needs(self, user: UserId | None) -> Needs:
        return {("attempts", "key"): self.keys()}


@dataclass(frozen=True, kw_only=True)
class CountAttempt(Attempted):
    """One more, unless there were too many."""

    limit: AttemptLimit


@dataclass(frozen=True, kw_only=True)
class ForgiveAttempt(Attempted):
    """The last one was no failure after all."""
