"""One effect per caller and key: whatever was answered first is answered again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from domain.errors import DomainError
from domain.identifiers import UserId
from domain.payments import Payment, PaymentStatus
from service_layer.commands import Keyed
from service_layer.receipts import DepositReceipt, OrderReceipt, Receipt, decode, encode
from service_layer.records import InFlight, KeyRecord
from service_layer.unit_of_work import UnitOfWork

KEPT = timedelta(hours=24)
LEASE = timedelta(seconds=6)
R = TypeVar("R", bound=Receipt, covariant=True)


class KeyReused(DomainError):
    code = "idempotency-key-reused"

    def __init__(self) -> None:
        super().__init__("This key came with another request before.")


class KeyInProgress(DomainError):
    code = "idempotency-in-progress"

    def __init__(self, retry_after: int) -> None:
        super().__init__("The first request with this key is still under way.")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Answer(Generic[R]):
    """A receipt or a definite refusal, either of which a client may get once more."""

    outcome: R | DomainError
    replayed: bool = False

    def unwrap(self) -> R:
        """The receipt. Raises the refusal."""
        if isinstance(self.outcome, DomainError):
            raise self.outcome
        return self.outcome


Effect = Callable[[UserId], Receipt | InFlight]


def once(uow: UnitOfWork, command: Keyed, now: datetime, effect: Effect) -> Answer[Receipt] | InFlight:
    """Runs `effect` unless it ran before. Commits; raises `KeyReused`, `KeyInProgress`, and any keyless refusal."""
    caller = uow.session.require_user()
    if command.key is None:
        return _first(uow, effect(caller))
    key_id = command.key_id(caller)
    known = uow.keys.find(key_id)
    if known is not None:
        return _again(uow, known, command, now)
    record = KeyRecord(id=key_id, fingerprint=command.fingerprint(), expires_at=now + KEPT)
    try:
        done = effect(caller)
    except DomainError as refusal:
        uow.undo()
        done = refusal
    if isinstance(done, InFlight):
        record.payment_id = done.payment_id
    else:
        record.answer = encode(done, uow.request_id)
    uow.keys.add(record)
    return _first(uow, done)


def _first(uow: UnitOfWork, done: Receipt | DomainError | InFlight) -> Answer[Receipt] | InFlight:
    uow.commit()
    return done if isinstance(done, InFlight) else Answer(done)


def _again(uow: UnitOfWork, record: KeyRecord, command: Keyed, now: datetime) -> Answer[Receipt] | InFlight:
    if record.fingerprint != command.fingerprint():
        raise KeyReused
    if record.answer is None:
        return _resume(uow, record, now)
    outcome = decode(record.answer)
    if isinstance(outcome, OrderReceipt):
        uow.session.last_order_id = outcome.id
    uow.commit()
    return Answer(outcome, replayed=True)


def _resume(uow: UnitOfWork, record: KeyRecord, now: datetime) -> Answer[Receipt] | InFlight:
    """The first request has not come back from the gateway: this one takes over, once the lease has run out."""
    payment = uow.payments.get(record.payment_id or "")
    if payment.in_review:
        receipt = _as_it_stands(uow, payment)
        uow.commit()
        return Answer(receipt, replayed=True)
    in_flight = take_over(uow, payment, now)
    if in_flight is None:
        raise KeyInProgress(retry_after=1)
    uow.commit()
    return in_flight


def _as_it_stands(uow: UnitOfWork, payment: Payment) -> Receipt:
    if payment.order_id is None:
        return DepositReceipt.of(payment)
    return OrderReceipt.of(uow.orders.get(payment.order_id), payment)


def record_of(uow: UnitOfWork, payment: Payment) -> KeyRecord | None:
    """What stands under the payment's key; None where that is another payment's by now, for a key is free in a day."""
    record = uow.keys.find(payment.key_id) if payment.key_id else None
    return record if record is not None and record.payment_id == payment.id else None


def take_over(uow: UnitOfWork, payment: Payment, now: datetime) -> InFlight | None:
    """The payment, now leased to the caller; None while somebody else's lease runs."""
    if payment.status is not PaymentStatus.AUTHORIZING or not payment.lease(now, now + LEASE):
        return None
    return InFlight.of(payment, uow.orders.get(payment.order_id) if payment.order_id else None)
