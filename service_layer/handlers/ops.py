"""What keeps the service honest: the laws counted, the outbox and stalled payments taken in hand."""

from __future__ import annotations

import json
from dataclasses import dataclass

from domain.identifiers import AccountId, PaymentId
from domain.payments import NEVER
from service_layer.commands import CheckLaws, ClaimMessages, ClaimPayments, CountWaiting, SeeReviews
from service_layer.idempotency import InFlight, take_over
from service_layer.outbox import Task
from service_layer.ports.clock import Clock
from service_layer.records import Message
from service_layer.unit_of_work import UnitOfWork
from service_layer.views import LawCount, Review

_TASKS = frozenset(Task)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message in the hands of one relay. `task` is None for an event."""

    id: str
    name: str
    payload: dict[str, object]
    attempts: int

    @classmethod
    def of(cls, message: Message) -> Delivery:
        return cls(message.id, message.name, json.loads(message.payload), message.attempts)

    @property
    def task(self) -> Task | None:
        return Task(self.name) if self.name in _TASKS else None

    @property
    def payment_id(self) -> PaymentId:
        return PaymentId(str(self.payload["payment_id"]))

    @property
    def account_id(self) -> AccountId | None:
        account_id = self.payload["account_id"]
        return AccountId(str(account_id)) if account_id else None


def check_laws(query: CheckLaws, uow: UnitOfWork, clock: Clock) -> list[LawCount]:
    """Every law, and how often it is violated. Raises `Unauthenticated`, `Forbidden`."""
    with uow:
        uow.session.require_staff()
        return [LawCount(law, violations) for law, violations in uow.laws(clock.now()).items()]


def see_reviews(query: SeeReviews, uow: UnitOfWork) -> list[Review]:
    """What cannot be known any more and waits for a person, the oldest first."""
    with uow:
        return [Review.of(payment) for payment in uow.payments.due(NEVER, query.limit) if payment.in_review]


def count_waiting(query: CountWaiting, uow: UnitOfWork) -> int:
    """How many payments wait for the gateway, whoever drives them."""
    with uow:
        return sum(not payment.in_review for payment in uow.payments.due(NEVER, query.limit))


def claim_messages(command: ClaimMessages, uow: UnitOfWork, clock: Clock) -> list[Delivery]:
    """What is due, now in the hands of the caller; whoever claims next finds other messages."""
    with uow:
        now = clock.now()
        messages = uow.messages.due(now, command.limit)
        for message in messages:
            message.claim(now)
        uow.commit()
        return [Delivery.of(message) for message in messages]


def claim_payments(command: ClaimPayments, uow: UnitOfWork, clock: Clock) -> list[InFlight]:
    """Payments that nobody drives any more, now leased to the caller."""
    with uow:
        now = clock.now()
        due = uow.payments.due(now - command.grace, command.limit)
        claimed = [in_flight for payment in due if (in_flight := take_over(uow, payment, now))]
        uow.commit()
        return claimed
