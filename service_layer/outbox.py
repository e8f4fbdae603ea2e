"""The outbox: events, tasks and changed sessions, written by the unit that decided them, delivered by the relay."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from domain.events import Event
from domain.money import Money
from domain.payments import Payment, PaymentStatus
from service_layer.records import Message

SESSION: Final = "session"
"""The name of a message that tells where sessions are kept how one of them has changed."""


class Task(StrEnum):
    """What the relay does with a payment at the gateway."""

    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"


DRIVEN_BY: Final[Mapping[PaymentStatus, Task]] = MappingProxyType(
    {
        PaymentStatus.AUTHORIZED: Task.CAPTURE,
        PaymentStatus.VOIDING: Task.VOID,
        PaymentStatus.REFUNDING: Task.REFUND,
    }
)
"""What must be in the outbox while a payment stands so, or nobody would ever drive it on."""


def event_message(message_id: str, event: Event) -> Message:
    """The event, to be published at once."""
    return Message(
        id=message_id,
        name=type(event).__name__,
        payload=_JSON.encode(vars(event)),
        created_at=event.at,
        due_at=event.at,
    )


def task_message(message_id: str, task: Task, payment: Payment, at: datetime) -> Message:
    """The task, due at once."""
    payload = _JSON.encode({"payment_id": payment.id, "account_id": payment.account_id})
    return Message(id=message_id, name=task, payload=payload, created_at=at, due_at=at)


def session_message(message_id: str, payload: str, at: datetime) -> Message:
    """How a session has changed, in the words of whoever keeps it, due at once."""
    return Message(id=message_id, name=SESSION, payload=payload, created_at=at, due_at=at)


def _plain(value: Money | datetime) -> object:
    if isinstance(value, Money):
        return {"amount": value.amount, "currency": value.currency}
    return value.isoformat()


_JSON = json.JSONEncoder(default=_plain, check_circular=False, separators=(",", ":"))
