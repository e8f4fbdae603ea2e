"""What the model knows of payments on their way: settled, captured, taken over, given back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from domain.payments import NEVER
from service_layer.commands import (
    AddProduct,
    AdjustStock,
    BookDeposit,
    CancelOrder,
    ChangeProduct,
    CheckLaws,
    ClaimMessages,
    ClaimPayments,
    CloseMessages,
    Deposit,
    FulfillOrder,
    MoveMoney,
    PlaceOrder,
    Settle,
    Verdict,
)
from tests.torture.state_machine import people, trade
from tests.torture.state_machine.asked import Asked, Refusal, take_over
from tests.torture.state_machine.model import DONE, Model, Paying

PAID: Final = ("authorized", "captured")
NEXT: Final = {
    "authorized": {"captured", "review"},
    "captured": {"refunded"},
    "voiding": {"voided", "refunded", "review"},
    "refunding": {"refunded", "review"},
    "review": {"voided", "refunded"},
}
"""Where the gateway's word may take a payment."""


def _become(payment: Paying, status: str) -> None:
    payment.status, payment.lease = status, NEVER if status == "review" else None


def _answer(model: Model, payment: Paying, answer: str) -> None:
    """Under its key, if that is its own still."""
    kept = model.kept.get(payment.key or "")
    if kept is not None and kept.answer is None and model.payments[kept.payment or ""] is payment:
        kept.answer = answer


def _settle(asked: Asked) -> str | None:
    model, payment = asked.model, asked.model.payments[asked.command.payment_id]
    owner = model.purchases[payment.order].owner if payment.order in model.purchases else None
    if payment.status == "authorizing":
        _VERDICTS[asked.command.verdict](asked, payment)
    if asked.seat and asked.user == owner and payment.status in PAID and payment.order:
        asked.seat.last_order = payment.order
    return asked.by


def _authorized(asked: Asked, payment: Paying) -> None:
    model = asked.model
    _become(payment, "authorized")
    model.tasks["capture", asked.command.payment_id] += 1
    if payment.order:
        order = model.purchases[payment.order]
        order.status = "confirmed"
        for sku, quantity in order.items.items():
            model.goods[sku].reserved -= quantity
            model.goods[sku].on_hand -= quantity
        model.events["OrderConfirmed"] += 1
        _answer(model, payment, payment.order)


def _release(model: Model, payment: Paying) -> None:
    for sku, quantity in model.purchases[payment.order or ""].items.items():
        model.goods[sku].reserved -= quantity


def _declined(asked: Asked, payment: Paying) -> None:
    model = asked.model
    if payment.order:
        _release(model, payment)
        if payment.announced:
            model.purchases[payment.order].status = "canceled"
            model.events["OrderCanceled"] += 1
        else:
            del model.purchases[payment.order]
    _become(payment, "declined")
    model.events["PaymentDeclined"] += 1
    _answer(model, payment, "card-declined")


def _unreached(asked: Asked, payment: Paying) -> None:
    if payment.attempts > 1:
        return _unknown(asked, payment)
    if payment.order:
        _release(asked.model, payment)
        del asked.model.purchases[payment.order]
    _become(payment, "declined")
    if asked.model.kept.pop(payment.key or "", None):  # it had no answer, so it was its own
        payment.key = None
    return None


def _unknown(asked: Asked, payment: Paying) -> None:
    payment.lease, payment.announced = asked.now, True


def _lost(asked: Asked, payment: Paying) -> None:
    _become(payment, "review")


_VERDICTS: Final = {
    Verdict.AUTHORIZED: _authorized,
    Verdict.DECLINED: _declined,
    Verdict.UNREACHED: _unreached,
    Verdict.UNKNOWN: _unknown,
    Verdict.LOST: _lost,
}


def _captured(asked: Asked, payment: Paying) -> None:
    _become(payment, "captured")
    if payment.account:
        asked.model.balances[payment.account] += payment.amount
        asked.model.events["DepositPosted"] += 1
        _answer(asked.model, payment, DONE)


def _book_deposit(asked: Asked) -> str | None:
    payment = asked.model.payments[asked.command.payment_id]
    if payment.status == "authorized":
        _captured(asked, payment)
    return asked.by


def _close_messages(asked: Asked) -> str | None:
    """Which messages these were is learnt from what is left; it can only be fewer of each."""
    model, seen = asked.model, asked.seen or Model()
    for payment_id, status in asked.command.outcomes.items():
        payment = model.payments[payment_id]
        if status == "captured" and payment.status == "authorized":
            _captured(asked, payment)
        elif status in NEXT.get(payment.status, set()):
            _become(payment, str(status))
    closed = (model.tasks - seen.tasks).total() + (model.events - seen.events).total()
    assert closed == len(asked.command.messages), f"{closed} were closed by {asked.command}"
    model.tasks, model.events = model.tasks & seen.tasks, model.events & seen.events
    return asked.by


def _claim_payments(asked: Asked) -> str | None:
    for payment_id, payment in asked.model.payments.items():
        if payment.status == "authorizing" and payment.lease is not None and payment.lease <= asked.now:
            take_over(asked, payment_id)
    return asked.by


def _cancel(asked: Asked) -> str | None:
    model, order = asked.model, asked.model.purchases[asked.command.order_id]
    if order.status == "canceled":
        return asked.by
    was_pending, order.status = order.status == "pending", "canceled"
    payment_id, payment = next((k, p) for k, p in model.payments.items() if p.order == asked.command.order_id)
    for sku, quantity in order.items.items():
        if was_pending:
            model.goods[sku].reserved -= quantity
        else:
            model.goods[sku].on_hand += quantity
    model.events["OrderCanceled"] += 1
    if payment.status == "captured" and payment.attempts == 0:  # from the balance
        model.balances[model.people[order.owner].account] += order.total
        _become(payment, "refunded")
    else:
        task, status = ("refund", "refunding") if payment.status == "captured" else ("void", "voiding")
        model.tasks[task, payment_id] += 1
        _become(payment, status)
    _answer(model, payment, "invalid-transition")
    return asked.by


def _fulfill(asked: Asked) -> str | None:
    order = asked.model.purchases[asked.command.order_id]
    asked.model.events["OrderFulfilled"] += order.status == "confirmed"
    order.status = "fulfilled"
    return asked.by


def _never(asked: Asked) -> Refusal:
    return None


REFUSES: Final[dict[type, Callable[[Asked], Refusal]]] = {
    **people.REFUSES,
    **trade.REFUSES,
    **dict.fromkeys((BookDeposit, CheckLaws, ClaimMessages, ClaimPayments, CloseMessages, Settle), _never),
}
DOES: Final[dict[type, Callable[[Asked], str | None]]] = {
    **people.DOES,
    **dict.fromkeys((PlaceOrder, Deposit, MoveMoney), trade.once),
    **dict.fromkeys((AddProduct, AdjustStock, ChangeProduct), trade.change_goods),
    BookDeposit: _book_deposit,
    CancelOrder: _cancel,
    ClaimMessages: lambda asked: asked.by,
    ClaimPayments: _claim_payments,
    CloseMessages: _close_messages,
    FulfillOrder: _fulfill,
    Settle: _settle,
}
