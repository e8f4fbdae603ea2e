"""L9 to L12: one effect, nothing that points nowhere, nothing forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import ColumnElement, Table, bindparam, except_, exists, func, select

from adapters.sql.columns import NUMBER
from adapters.sql.laws.counting import Condition, Counts, JsonText, how_many, rows_of
from adapters.sql.tables import accounts, entries, idempotency_keys, messages, orders, payments, sessions, users
from domain.payments import PaymentStatus
from service_layer.idempotency import KEPT
from service_layer.outbox import DRIVEN_BY, Task

GRACE = timedelta(seconds=60)
_MICROSECOND = timedelta(microseconds=1)


def effects() -> Counts:
    """L9: second payments under a key while it is kept."""
    first, second = payments.alias(), payments.alias()
    again = (
        (first.c.key_id == second.c.key_id)
        & (first.c.id < second.c.id)
        & (second.c.created_at - first.c.created_at < KEPT // _MICROSECOND)
    )
    both_count = (first.c.status != "declined") & (second.c.status != "declined")  # a refusal may be tried again
    return [rows_of(select(second.c.id).join_from(first, second, again).where(both_count).distinct())]


def references(json_text: JsonText) -> Counts:
    """L10: sessions, answers and messages that speak of what is not there."""
    answer, payload = idempotency_keys.c.answer, messages.c.payload
    transfer = json_text(answer, "transfer", "id")
    transfers = select(transfer).where(transfer.is_not(None))
    return [
        _nowhere(sessions, sessions.c.last_order_id, _is_order),
        how_many(idempotency_keys, answer.is_(None), ~_is_payment(idempotency_keys.c.payment_id)),
        _nowhere(idempotency_keys, json_text(answer, "order", "id"), _is_order),
        _nowhere(idempotency_keys, json_text(answer, "deposit", "id"), _is_payment),
        rows_of(except_(transfers, select(entries.c.transfer_id))),
        _nowhere(messages, json_text(payload, "order_id"), _is_order),
        _nowhere(messages, json_text(payload, "payment_id"), _is_payment),
    ]


def default_accounts() -> Counts:
    """L11: users without their one default account."""
    theirs = how_many(accounts, accounts.c.owner_id == users.c.id, accounts.c.is_default)
    return [how_many(users, theirs != 1)]


def half_done(json_text: JsonText) -> Counts:
    """L12: what nobody has driven on for a minute, and what nobody ever will."""
    long_ago = bindparam("now", type_=NUMBER, required=False) - GRACE // _MICROSECOND
    authorizing, pending = payments.c.status == "authorizing", orders.c.status == "pending"
    for_order = payments.c.order_id == orders.c.id
    undecided = payments.c.status.in_(("authorizing", "review"))
    return [
        how_many(payments, authorizing, func.coalesce(payments.c.lease_until, payments.c.created_at) < long_ago),
        how_many(messages, messages.c.due_at < long_ago),
        how_many(orders, pending, ~exists().where(for_order, undecided)),
        how_many(payments, authorizing, payments.c.order_id.is_not(None), ~exists().where(for_order, pending)),
        *(_forgotten(status, task, json_text) for status, task in DRIVEN_BY.items()),
    ]


def _forgotten(status: PaymentStatus, task: Task, json_text: JsonText) -> ColumnElement[int]:
    """Payments whose task is gone. State and task change in one transaction, so that there is nothing to wait for."""
    waiting = select(payments.c.id).where(payments.c.status == status)
    seen_to = select(json_text(messages.c.payload, "payment_id")).where(messages.c.name == task)
    return rows_of(except_(waiting, seen_to))  # each is read once, where a join would go through all for every one


def _is_order(order_id: ColumnElement[str]) -> Condition:
    return exists().where(orders.c.id == order_id)


def _is_payment(payment_id: ColumnElement[str]) -> Condition:
    return exists().where(payments.c.id == payment_id)


def _nowhere(
    holder: Table, named: ColumnElement[str], is_there: Callable[[ColumnElement[str]], Condition]
) -> ColumnElement[int]:
    return how_many(holder, named.is_not(None), ~is_there(named))
