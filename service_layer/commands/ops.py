"""What the outbox and the operator ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.identifiers import AccountId, PaymentId, UserId
from domain.payments import PaymentStatus
from service_layer.commands.asking import Command, Query
from service_layer.repositories import Needs


@dataclass(frozen=True, kw_only=True)
class ClaimMessages(Command):
    """Take what is due from the outbox, for this relay alone for a while."""

    limit: int = 200


@dataclass(frozen=True, kw_only=True)
class CloseMessages(Command):
    """These are done, and what they did to payments at the gateway is `outcomes`: the status each reached there."""

    messages: tuple[str, ...]
    outcomes: Mapping[PaymentId, PaymentStatus]
    accounts: tuple[AccountId, ...] = ()

    def needs(self, user: UserId | None) -> Needs:
        return {
            ("accounts", "key"): self.accounts,
            ("payments", "key"): set(self.outcomes),
            ("messages", "key"): self.messages,
        }


@dataclass(frozen=True, kw_only=True)
class CheckLaws(Query):
    pass
