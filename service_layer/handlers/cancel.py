"""Canceling: money and stock go back, once."""

from __future__ import annotations

from datetime import datetime

from domain.accounts import Movement, SystemAccount, TransferKind, move
from domain.errors import InvalidTransition, NotFound
from domain.identifiers import TransferId
from domain.orders import Order, OrderStatus
from domain.payments import Payment, PaymentMethod, PaymentStatus
from service_layer.commands import CancelOrder
from service_layer.idempotency import record_of
from service_layer.outbox import Task
from service_layer.ports.clock import Clock
from service_layer.ports.ids import Ids
from service_layer.receipts import OrderReceipt, encode
from service_layer.unit_of_work import UnitOfWork


def cancel_order(command: CancelOrder, uow: UnitOfWork, clock: Clock, ids: Ids) -> OrderReceipt:
    """The order, canceled; repeating changes nothing.

    Raises `Unauthenticated`, `NotFound` for somebody else's, `InvalidTransition` once it is fulfilled.
    """
    with uow:
        user = uow.session.user_id if uow.session.is_staff else uow.session.require_user()
        order = uow.orders.get(command.order_id)
        if order.owner_id != user and not uow.session.is_staff:
            raise NotFound("order")
        payment = uow.payments.of_order(order.id)
        if order.status is not OrderStatus.CANCELED:
            _cancel(uow, order, payment, TransferId(ids.new()), clock.now())
        uow.commit()
        return OrderReceipt.of(order, payment)


def _cancel(uow: UnitOfWork, order: Order, payment: Payment, transfer_id: TransferId, now: datetime) -> None:
    was_pending = order.status is OrderStatus.PENDING
    uow.publish(order.cancel(now))
    for product, line in zip(uow.products.offered([line.sku for line in order.lines]), order.lines, strict=True):
        (product.release if was_pending else product.put_back)(line.quantity)
    if payment.status is PaymentStatus.CAPTURED:
        _refund(uow, order, payment, Movement(transfer_id, TransferKind.REFUND, now, order.id))
    else:
        payment.become(PaymentStatus.VOIDING)
        uow.defer(Task.VOID, payment, now)
    _end_waiting(uow, payment)


def _refund(uow: UnitOfWork, order: Order, payment: Payment, why: Movement) -> None:
    """Money goes back where it came from: to the balance at once, to the card through the relay."""
    if payment.method is PaymentMethod.BALANCE:
        account = uow.accounts.default_of(order.owner_id)
        uow.entries.post(move(SystemAccount.REVENUE, account, order.total, why))
        payment.become(PaymentStatus.REFUNDED)
    else:
        uow.entries.post(move(SystemAccount.REVENUE, SystemAccount.CARD_CLEARING, order.total, why))
        payment.become(PaymentStatus.REFUNDING)
        uow.defer(Task.REFUND, payment, why.at)


def _end_waiting(uow: UnitOfWork, payment: Payment) -> None:
    """Whoever still waits under the order's key is told that it was canceled."""
    record = record_of(uow, payment)
    if record is not None and record.answer is None:
        record.answer = encode(InvalidTransition(OrderStatus.CANCELED, OrderStatus.CONFIRMED))
