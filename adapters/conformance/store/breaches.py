"""Every law of the design, broken: each breach is a history that a store must refuse, or else count."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from adapters.conformance.store.history import COST, TWO, History
from adapters.conformance.store.specimens import JPY, NOON
from domain.accounts import Account, SystemAccount, TransferKind
from domain.identifiers import OrderId, UserId
from domain.money import Money
from domain.orders import OrderStatus, line_of
from domain.payments import PaymentStatus
from domain.users import Email, User
from service_layer.outbox import Task, task_message

ONE: Final = Money(1, COST.currency)


def unequal_transfer(history: History) -> None:
    last = history.entries[-1]
    history.entries[-1] = last._replace(amount=last.amount + ONE)


def transfer_in_two_currencies(history: History) -> None:
    last = history.entries[-1]
    history.entries[-1] = last._replace(amount=Money(last.amount.amount, JPY), balance_after=None)


def balance_out_of_nothing(history: History) -> None:
    history.ada.balance += ONE


def entries_of_nobody(history: History) -> None:
    history.entries[:2] = []


def debt(history: History) -> None:
    amount = history.ada.balance + ONE
    history.ada.balance += amount
    history.move(history.ada, history.bob, amount, TransferKind.TRANSFER)
    history.ada.balance -= amount


def reserved_for_nobody(history: History) -> None:
    history.mug.reserved += 1


def stock_out_of_nothing(history: History) -> None:
    history.mug.on_hand += 1


def more_reserved_than_there_is(history: History) -> None:
    history.mug.reserved = history.mug.on_hand + 1


def less_than_nothing_reserved(history: History) -> None:
    history.mug.reserved = -1


def goods_without_payment(history: History) -> None:
    _, payment = history.paid_by_balance(history.ada)
    history.payments.remove(payment)


def goods_for_a_declined_card(history: History) -> None:
    _, payment = history.authorized(history.ada)
    payment.status, payment.decline_code = PaymentStatus.DECLINED, "no_funds"


def goods_for_another_price(history: History) -> None:
    _, payment = history.authorized(history.ada)
    payment.amount -= ONE


def money_without_goods(history: History) -> None:
    order, _ = history.authorized(history.ada)
    order.status, order.confirmed_at = OrderStatus.PENDING, None


def money_without_order(history: History) -> None:
    order, _ = history.captured(history.ada)
    history.orders.remove(order)


def voided_and_yet_sold(history: History) -> None:
    _, payment = history.authorized(history.ada)
    payment.status = PaymentStatus.VOIDING


def captured_and_not_booked(history: History) -> None:
    history.captured(history.ada)
    history.entries[-2:] = []


def booked_and_not_captured(history: History) -> None:
    _, payment = history.captured(history.ada)
    payment.status = PaymentStatus.AUTHORIZED


def canceled_and_not_refunded(history: History) -> None:
    history.refunding(history.ada)
    history.entries[-2:] = []


def refunded_to_somebody_else(history: History) -> None:
    order, payment = history.paid_by_balance(history.ada)
    history.cancel(order)
    history.move(SystemAccount.REVENUE, history.bob, order.total, TransferKind.REFUND, order)
    payment.become(PaymentStatus.REFUNDED)


def refunded_twice(history: History) -> None:
    order, _ = history.refunded_to_balance(history.ada)
    history.move(SystemAccount.REVENUE, history.ada, order.total, TransferKind.REFUND, order)


def wrong_total(history: History) -> None:
    order, _ = history.waiting_for_the_gateway(history.ada)
    order.total += ONE


def order_of_nothing(history: History) -> None:
    order, _ = history.waiting_for_the_gateway(history.ada)
    order.lines = ()


def line_in_another_currency(history: History) -> None:
    order, _ = history.waiting_for_the_gateway(history.ada)
    order.lines = (order.lines[0]._replace(unit_price=Money(order.lines[0].unit_price.amount, JPY)),)


def two_lines_of_one_sku(history: History) -> None:
    order, _ = history.waiting_for_the_gateway(history.ada)
    order.lines = (line_of(history.mug, TWO), line_of(history.mug, TWO))
    order.total += COST


def confirmed_at_no_moment(history: History) -> None:
    order, _ = history.paid_by_balance(history.ada)
    order.confirmed_at = None


def confirmed_too_early(history: History) -> None:
    order, _ = history.waiting_for_the_gateway(history.ada)
    order.confirmed_at = NOON


def fulfilled_and_canceled(history: History) -> None:
    order, _ = history.refunding(history.ada)
    order.fulfilled_at = NOON


def two_effects_of_one_key(history: History) -> None:
    _, first = history.authorized(history.ada)
    _, second = history.authorized(history.ada)
    second.key_id = first.key_id


def session_of_no_order(history: History) -> None:
    order, _ = history.paid_by_balance(history.ada)
    history.session(order)
    history.sessions[-1].last_order_id = "nowhere"


def answer_of_no_order(history: History) -> None:
    order, payment = history.paid_by_balance(history.ada)
    order.id = payment.order_id = OrderId(history.id())


def key_that_waits_for_nothing(history: History) -> None:
    _, payment = history.waiting_for_the_gateway(history.ada)
    history.keys[-1].payment_id = payment.order_id


def task_for_no_payment(history: History) -> None:
    _, payment = history.authorized(history.ada)
    payment = replace(payment, id="nowhere")
    history.messages.append(task_message(history.id(), Task.CAPTURE, payment, NOON))


def user_without_account(history: History) -> None:
    user = User(id=UserId(history.id()), name="Eve", email=Email("eve@x"), password_hash="-", registered_at=NOON)  # noqa: S106 (matches nothing)
    history.users.append(user)


def user_without_default_account(history: History) -> None:
    history.ada.is_default = False


def user_with_two_default_accounts(history: History) -> None:
    history.accounts.append(replace(history.ada, id=history.id(), balance=COST - COST))


def forgotten_payment(history: History) -> None:
    _, payment = history.waiting_for_the_gateway(history.ada)
    payment.lease_until = NOON - timedelta(seconds=61)


def forgotten_message(history: History) -> None:
    history.authorized(history.ada)
    history.messages[-1].due_at = NOON - timedelta(seconds=61)


def forgotten_capture(history: History) -> None:
    _without_tasks(history, History.authorized)


def forgotten_void(history: History) -> None:
    _without_tasks(history, History.voiding)


def forgotten_refund(history: History) -> None:
    _without_tasks(history, History.refunding)


def task_that_is_another(history: History) -> None:
    _, payment = history.voiding(history.ada)
    history.messages[-1] = task_message(history.id(), Task.CAPTURE, payment, NOON)


def _without_tasks(history: History, happens: Callable[[History, Account], object]) -> None:
    happens(history, history.ada)
    history.messages = [message for message in history.messages if message.name not in set(Task)]


BREACHES: Final[tuple[tuple[str, Callable[[History], None]], ...]] = (
    ("L1", unequal_transfer), ("L1", transfer_in_two_currencies),
    ("L2", balance_out_of_nothing), ("L2", entries_of_nobody),
    ("L3", debt),
    ("L4", reserved_for_nobody), ("L4", stock_out_of_nothing), ("L4", more_reserved_than_there_is),
    ("L4", less_than_nothing_reserved),
    ("L5", goods_without_payment), ("L5", goods_for_a_declined_card), ("L5", goods_for_another_price),
    ("L5", money_without_goods), ("L5", money_without_order), ("L5", voided_and_yet_sold),
    ("L5", captured_and_not_booked), ("L5", booked_and_not_captured),
    ("L6", canceled_and_not_refunded), ("L6", refunded_to_somebody_else), ("L6", refunded_twice),
    ("L7", wrong_total), ("L7", order_of_nothing), ("L7", line_in_another_currency), ("L7", two_lines_of_one_sku),
    ("L8", confirmed_at_no_moment), ("L8", confirmed_too_early), ("L8", fulfilled_and_canceled),
    ("L9", two_effects_of_one_key),
    ("L10", session_of_no_order), ("L10", answer_of_no_order), ("L10", key_that_waits_for_nothing),
    ("L10", task_for_no_payment),
    ("L11", user_without_account), ("L11", user_without_default_account), ("L11", user_with_two_default_accounts),
    ("L12", forgotten_payment), ("L12", forgotten_message), ("L12", forgotten_capture), ("L12", forgotten_void),
    ("L12", forgotten_refund), ("L12", task_that_is_another),
)  # fmt: skip
