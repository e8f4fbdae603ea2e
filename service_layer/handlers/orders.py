"""Buying: quoted, paid by balance at once, or reserved until the card is authorized."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import starmap

from domain.accounts import Movement, SystemAccount, TransferKind, move
from domain.catalog import Product, Quantity
from domain.errors import NotFound, PriceChanged
from domain.identifiers import OrderId, PaymentId, TransferId, UserId
from domain.money import Money
from domain.orders import Order, line_of
from domain.payments import Payment, PaymentMethod, PaymentStatus
from service_layer.commands import (
    FulfillOrder,
    ListOrders,
    PlaceOrder,
    QuoteOrder,
    SeeOrder,
)
from service_layer.idempotency import LEASE, Answer, InFlight, once
from service_layer.ports.clock import Clock
from service_layer.ports.ids import Ids
from service_layer.receipts import OrderReceipt, Receipt
from service_layer.unit_of_work import UnitOfWork
from service_layer.views import Page, Quote, page_of

_NEVER = datetime(1, 1, 1, tzinfo=UTC)  # a quote is placed at no time


def place_order(command: PlaceOrder, uow: UnitOfWork, clock: Clock, ids: Ids) -> Answer[Receipt] | InFlight:
    """A confirmed order where it is paid by balance; one that waits for the gateway where it is paid by card.

    Raises `Unauthenticated`, `UnknownSku`, `PriceChanged`, `InsufficientStock`, `InsufficientFunds`, `KeyReused`,
    `KeyInProgress`.
    """
    now = clock.now()

    def pay_by_balance(buyer: UserId) -> OrderReceipt:
        order = _reserve(command, uow, buyer, now, ids)
        account = uow.accounts.default_of(buyer)
        why = Movement(TransferId(ids.new()), TransferKind.ORDER, now, order.id)
        uow.entries.post(move(account, SystemAccount.REVENUE, order.total, why))
        payment = _payment(command, order, ids, now, PaymentStatus.CAPTURED)
        uow.payments.add(payment)
        confirm(uow, order, now)
        return OrderReceipt.of(order, payment)

    def wait_for_the_gateway(buyer: UserId) -> InFlight:
        order = _reserve(command, uow, buyer, now, ids)
        payment = _payment(command, order, ids, now, PaymentStatus.AUTHORIZING)
        payment.token = command.token
        payment.key_id = command.key_id(buyer) if command.key else None
        payment.lease(now, now + LEASE)
        uow.payments.add(payment)
        return InFlight.of(payment, order)

    by_balance = command.method is PaymentMethod.BALANCE
    with uow:
        return once(uow, command, now, pay_by_balance if by_balance else wait_for_the_gateway)


def confirm(uow: UnitOfWork, order: Order, at: datetime) -> None:
    """The goods are the buyer's, and the buyer's session, if this is it, remembers the order."""
    for product, line in zip(uow.products.offered([line.sku for line in order.lines]), order.lines, strict=True):
        product.take(line.quantity)
    uow.publish(order.confirm(at))
    if uow.session.user_id == order.owner_id:
        uow.session.last_order_id = order.id


def quote_order(query: QuoteOrder, uow: UnitOfWork) -> Quote:
    """What the order would cost now. Raises as `place_order` would, but for the money."""
    with uow:
        uow.session.require_user()
        products = _products(query.order, uow)
        lines = tuple(starmap(line_of, products))
        order = Order.place(OrderId(""), UserId(""), lines, _NEVER)
        _expect(query.order.expected_total, order.total)
        for product, quantity in products:
            product.reserve(quantity)  # in memory only: a query never commits
    return Quote(lines=lines, total=order.total)


def fulfill_order(command: FulfillOrder, uow: UnitOfWork, clock: Clock) -> OrderReceipt:
    """The order, fulfilled; repeating changes nothing. Raises `Forbidden`, `NotFound`, `InvalidTransition`."""
    with uow:
        uow.session.require_staff()
        order = uow.orders.get(command.order_id)
        payment = uow.payments.of_order(order.id)
        if order.fulfilled_at is None:
            uow.publish(order.fulfill(clock.now()))
        uow.commit()
        return OrderReceipt.of(order, payment)


def see_order(query: SeeOrder, uow: UnitOfWork) -> OrderReceipt:
    """One's own order, or for the staff anybody's. Raises `Unauthenticated`, `NotFound`."""
    with uow:
        user = uow.session.user_id if uow.session.is_staff else uow.session.require_user()
        order = uow.orders.get(query.order_id)
        if order.owner_id != user and not uow.session.is_staff:
            raise NotFound("order")
        return OrderReceipt.of(order, uow.payments.of_order(order.id))


def list_orders(query: ListOrders, uow: UnitOfWork) -> Page[OrderReceipt]:
    """The caller's orders, newest first."""
    with uow:
        orders = uow.orders.page_of(uow.session.require_user(), query.after, query.limit + 1)
        payments = uow.payments.of_orders([order.id for order in orders])
        return page_of([OrderReceipt.of(*pair) for pair in zip(orders, payments, strict=True)], query.limit)


def _reserve(command: PlaceOrder, uow: UnitOfWork, buyer: UserId, now: datetime, ids: Ids) -> Order:
    """A pending order, its price checked, its stock promised."""
    products = _products(command, uow)
    lines = tuple(starmap(line_of, products))
    order = Order.place(OrderId(ids.new()), buyer, lines, now)
    _expect(command.expected_total, order.total)
    for product, quantity in products:
        product.reserve(quantity)
    uow.orders.add(order)
    return order


def _products(command: PlaceOrder, uow: UnitOfWork) -> list[tuple[Product, Quantity]]:
    """Each product once, in SKU order, with how many of it. Raises `UnknownSku`."""
    quantities = {item.sku: item.quantity for item in command.items}
    return [(product, quantities[product.sku]) for product in uow.products.offered(list(quantities))]


def _expect(expected: Money | None, total: Money) -> None:
    if expected is not None and expected != total:
        raise PriceChanged(total.amount, total.currency)


def _payment(command: PlaceOrder, order: Order, ids: Ids, now: datetime, status: PaymentStatus) -> Payment:
    return Payment(
        id=PaymentId(ids.new()),
        owner_id=order.owner_id,
        method=command.method,
        amount=order.total,
        created_at=now,
        order_id=order.id,
        status=status,
    )
