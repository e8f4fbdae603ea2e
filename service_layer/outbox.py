"""The outbox: events and tasks, written by the unit that decided them, delivered by the relay."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum

from domain.events import Event
from domain.money import Money
from domain.payments import Payment
from service_layer.records import Message


class Task(StrEnum):
    """What the relay does with a payment at the gateway."""

    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"


def event_message(message_id: str, event: Event) -> Message:
    """The event, to be published at once."""
    payload = {name: _plain(value) for name, value in vars(event).items()}
    return Message(
        id=message_id,
        name=type(event).__name__,
        payload=json.dumps(payload, separators=(",", ":")),
        created_at=event.at,
        due_at=event.at,
    )


def task_message(message_id: str, task: Task, payment: Payment, at: datetime) -> Message:
    """The task, due at once."""
    payload = json.dumps({"payment_id": payment.id, "account_id": payment.account_id}, separators=(",", ":"))
    return Message(id=message_id, name=task, payload=payload, created_at=at, due_at=at)


def _plain(value: object) -> object:
    if isinstance(value, Money):
        return {"amount": value.amount, "currency": value.currency}
    return value.isoformat() if isinstance(value, datetime) else value
