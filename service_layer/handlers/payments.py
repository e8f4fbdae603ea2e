"""What the gateway said, made true here: compare-and-set on the payment's state, so that it happens once."""

from __future__ import annotations

from datetime import datetime

from domain.accounts import Movement, SystemAccount, TransferKind, move
from domain.errors import CardDeclined, DomainError, InvalidTransition, OutOfRange
from domain.events import DepositPosted, PaymentDeclined
from domain.identifiers import AccountId, TransferId
from domain.orders import OrderStatus
from domain.payments import Payment, PaymentStatus
from service_layer.commands import BookDeposit, CloseMessages, Settle, Verdict
from service_layer.handlers.orders import confirm
from service_layer.idempotency import Answer, record_of
from service_layer.outbox import Task
from service_layer.ports.clock import Clock
from service_layer.ports.ids import Ids
from service_layer.receipts import DepositReceipt, OrderReceipt, Receipt, decode, encode
from service_layer.unit_of_work import UnitOfWork

UNREACHED = "gateway_unreachable"
_PENDING = frozenset({PaymentStatus.AUTHORIZING, PaymentStatus.REVIEW})
_PAID = frozenset({PaymentStatus.AUTHORIZED, PaymentStatus.CAPTURED})


def settle(command: Settle, uow: UnitOfWork, clock: Clock) -> Answer[Receipt] | None:
    """What became of the payment; None where the gateway could not be asked, and all was taken back.

    Whoever comes second, after a lease ran out, changes nothing and is told what the first one did.
    """
    with uow:
        payment, now = uow.payments.get(command.payment_id), clock.now()
        taken_back = False
        if payment.status is PaymentStatus.AUTHORIZING:
            taken_back = _apply(command, uow, payment, now)
        outcome = _outcome(uow, payment)
        if isinstance(outcome, OrderReceipt) and payment.status in _PAID and uow.session.user_id == payment.owner_id:
            uow.session.last_order_id = outcome.id
        uow.commit()
        return None if taken_back else Answer(outcome)


def _apply(command: Settle, uow: UnitOfWork, payment: Payment, now: datetime) -> bool:
    """Whether everything was taken back, as if nobody had asked."""
    match command.verdict:
        case Verdict.AUTHORIZED:
            _authorized(uow, payment, now)
        case Verdict.DECLINED:
            _declined(uow, payment, command.decline_code, now)
        case Verdict.UNREACHED if payment.attempts == 1:
            _withdrawn(uow, payment)
            return True
        case Verdict.LOST:
            payment.become(PaymentStatus.REVIEW)
        case _:  # unknown, or unreached though an earlier attempt may have got through
            payment.release(now)
    return False


def _authorized(uow: UnitOfWork, payment: Payment, now: datetime) -> None:
    payment.become(PaymentStatus.AUTHORIZED)
    uow.defer(Task.CAPTURE, payment, now)
    if payment.order_id is not None:
        order = uow.orders.get(payment.order_id)
        confirm(uow, order, now)
        _keep(uow, payment, OrderReceipt.of(order, payment))


def _declined(uow: UnitOfWork, payment: Payment, decline_code: str, now: datetime) -> None:
    """The order is gone without a trace, or canceled where a client was told of it."""
    if payment.order_id is not None:
        order = uow.orders.get(payment.order_id)
        release_stock(uow, payment)
        if payment.announced:
            uow.publish(order.cancel(now))
        else:
            uow.orders.remove(order)
    payment.decline(decline_code)
    uow.publish(PaymentDeclined(payment_id=payment.id, decline_code=decline_code, at=now))
    _keep(uow, payment, CardDeclined(decline_code))


def _withdrawn(uow: UnitOfWork, payment: Payment) -> None:
    """An outage: no order, no hold on stock, and the key is free again."""
    if payment.order_id is not None:
        release_stock(uow, payment)
        uow.orders.remove(uow.orders.get(payment.order_id))
    payment.decline(UNREACHED)
    record = record_of(uow, payment)
    if record is not None:
        uow.keys.remove(record)
        payment.key_id = None  # the next payment under this key is none of its business


def release_stock(uow: UnitOfWork, payment: Payment) -> None:
    """What a pending order held is for sale again."""
    order = uow.orders.get(payment.order_id or "")
    for product, line in zip(uow.products.offered([line.sku for line in order.lines]), order.lines, strict=True):
        product.release(line.quantity)


def _keep(uow: UnitOfWork, payment: Payment, outcome: Receipt | DomainError) -> None:
    """The first final answer is the one that the client's key gets from now on."""
    record = record_of(uow, payment)
    if record is not None and record.answer is None:
        record.answer = encode(outcome, uow.request_id)


def _outcome(uow: UnitOfWork, payment: Payment) -> Receipt | DomainError:
    """What to tell whoever waits for this payment: what was kept for its key, else how it stands."""
    record = record_of(uow, payment)
    if record is not None and record.answer is not None:
        return decode(record.answer)
    if payment.status is PaymentStatus.DECLINED:
        return CardDeclined(payment.decline_code or "")
    if payment.order_id is None:
        return DepositReceipt.of(payment)
    if payment.status in _PAID | _PENDING:
        return OrderReceipt.of(uow.orders.get(payment.order_id), payment)
    return InvalidTransition(OrderStatus.CANCELED, OrderStatus.CONFIRMED)


def close_messages(command: CloseMessages, uow: UnitOfWork, clock: Clock, ids: Ids) -> None:
    """What the gateway did is booked, and the tasks are done; repeating changes nothing."""
    with uow:
        for payment_id, status in command.outcomes.items():
            payment = uow.payments.get(payment_id)
            if status is PaymentStatus.CAPTURED and payment.status is PaymentStatus.AUTHORIZED:
                _captured(uow, payment, TransferId(ids.new()), clock.now())
            elif payment.may_become(status):
                payment.become(status)
        for message_id in command.messages:
            message = uow.messages.find(message_id)
            if message is not None:
                uow.messages.remove(message)
        uow.commit()


def _captured(uow: UnitOfWork, payment: Payment, transfer_id: TransferId, now: datetime) -> None:
    if payment.order_id is not None:
        payment.become(PaymentStatus.CAPTURED)
        why = Movement(transfer_id, TransferKind.ORDER, now, payment.order_id)
        uow.entries.post(move(SystemAccount.CARD_CLEARING, SystemAccount.REVENUE, payment.amount, why))
        return
    account = uow.accounts.get(AccountId(payment.account_id or ""))
    why = Movement(transfer_id, TransferKind.DEPOSIT, now)
    try:
        uow.entries.post(move(SystemAccount.CARD_CLEARING, account, payment.amount, why))
    except OutOfRange:  # it has filled up since: a person decides, and nobody else's money waits for that
        payment.become(PaymentStatus.REVIEW)
        return
    payment.become(PaymentStatus.CAPTURED)
    uow.publish(DepositPosted(payment_id=payment.id, account_id=account.id, amount=payment.amount, at=now))
    _keep(uow, payment, DepositReceipt.of(payment))


def book_deposit(command: BookDeposit, uow: UnitOfWork, clock: Clock, ids: Ids) -> Answer[Receipt]:
    """The money is in the account, unless the relay has seen to it already."""
    with uow:
        payment = uow.payments.get(command.payment_id)
        if payment.status is PaymentStatus.AUTHORIZED:
            _captured(uow, payment, TransferId(ids.new()), clock.now())
        uow.commit()
        return Answer(_outcome(uow, payment))
