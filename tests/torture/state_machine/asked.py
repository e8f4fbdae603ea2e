"""A command, who asked it, and when: what the model is told of a unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.errors import DomainError, Forbidden, Unauthenticated
from domain.identifiers import UserId
from service_layer.commands import Keyed
from service_layer.idempotency import LEASE, KeyInProgress, KeyReused
from tests.torture.state_machine.model import Kept, Model, Seat

Refusal = type[DomainError] | None


@dataclass(frozen=True)
class Asked:
    """`by` is the key of the session whose cookie came; `seen` is what is there afterwards, to learn new ids from."""

    model: Model
    command: Any
    by: str | None
    operator: bool
    now: datetime
    seen: Model | None = None

    @property
    def seat(self) -> Seat | None:
        return self.model.seat(self.by)

    @property
    def user(self) -> str | None:
        return self.model.user(self.by)

    @property
    def is_staff(self) -> bool:
        return self.operator or bool(self.seat and "staff" in self.seat.roles)

    def after(self, seen: Model) -> Asked:
        return replace(self, seen=seen)

    def fresh(self, kind: str) -> str:
        """The first key of this kind that the model does not know: ids come in order."""
        known: Mapping[str, object] = getattr(self.model, kind)
        return min(getattr(self.seen, kind).keys() - known.keys())


def not_logged_in(asked: Asked) -> Refusal:
    return None if asked.user else Unauthenticated


def not_staff(asked: Asked) -> Refusal:
    return None if asked.is_staff else not_logged_in(asked) or Forbidden


def key_of(asked: Asked) -> str | None:
    """Where the answer is kept, for commands that came with a key."""
    command, user = asked.command, asked.user
    if not isinstance(command, Keyed) or command.key is None or user is None:
        return None
    return command.key_id(UserId(user))


def refused_once(asked: Asked, refusal: Refusal) -> Refusal:
    """A refusal under a new key is kept, and so none of the unit."""
    if asked.user is None:
        return Unauthenticated
    key = key_of(asked)
    if key is None:
        return refusal
    known = asked.model.kept.get(key)
    if known is None:
        return None
    if asked.model.fingerprints[key] != asked.command.fingerprint():
        return KeyReused
    return KeyInProgress if known.answer is None and _under_way(asked, known.payment or "") else None


def _under_way(asked: Asked, payment_id: str) -> bool:
    """Neither left to a person, nor to whoever takes it over."""
    payment = asked.model.payments[payment_id]
    left = payment.status == "authorizing" and payment.lease is not None and payment.lease <= asked.now
    return payment.status != "review" and not left


def again(asked: Asked, key: str) -> bool:
    """What is known of the key is answered again, or its payment taken over; False where nothing is known."""
    known = asked.model.kept.get(key)
    if known is None:
        return False
    if known.answer is None:
        if asked.model.payments[known.payment or ""].status != "review":
            take_over(asked, known.payment or "")
    elif asked.seat is not None and known.answer in asked.model.purchases:
        asked.seat.last_order = known.answer
    return True


def take_over(asked: Asked, payment_id: str) -> None:
    payment = asked.model.payments[payment_id]
    payment.lease, payment.attempts = asked.now + LEASE, payment.attempts + 1


def remember(asked: Asked, key: str, kept: Kept) -> None:
    model = asked.model
    model.kept[key], model.fingerprints[key], model.days[key] = kept, asked.command.fingerprint(), model.today
