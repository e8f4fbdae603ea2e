"""L1, L2, L3, L5, L6: where money is, and where it went."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Subquery, distinct, exists, func, or_, select

from adapters.sql.laws.counting import BOUGHT, LIVE, Condition, Counts, how_many, or_zero, rows_of
from adapters.sql.tables import accounts, entries, orders, payments


def transfers() -> Counts:
    """L1: transfers, and currencies, that do not sum to zero."""
    unequal = func.sum(entries.c.amount) != 0
    mixed = func.count(distinct(entries.c.currency)) > 1
    by_transfer = select(entries.c.transfer_id).group_by(entries.c.transfer_id)
    by_currency = select(entries.c.currency).group_by(entries.c.currency)
    return [rows_of(by_transfer.having(or_(unequal, mixed))), rows_of(by_currency.having(unequal))]


def balances() -> Counts:
    """L2: accounts whose balance is not the sum of their entries, all in its currency."""
    currency = entries.c.currency
    posted = _posted(entries.c.account_id, func.min(currency).label("first"), func.max(currency).label("last"))
    wrong = accounts.c.balance != or_zero(posted.c.amount)
    foreign = or_(posted.c.first != accounts.c.currency, posted.c.last != accounts.c.currency)
    return [how_many(accounts.outerjoin(posted, posted.c.account_id == accounts.c.id), or_(wrong, foreign))]


def debts() -> Counts:
    """L3: balances below zero, now or after an entry."""
    return [how_many(accounts, accounts.c.balance < 0), how_many(entries, entries.c.balance_after < 0)]


def paid() -> Counts:
    """L5: goods without money, money without goods, and captures without postings."""
    bought, canceled = orders.c.status.in_(BOUGHT), orders.c.status == "canceled"
    live = payments.c.status.in_(LIVE)
    in_full = (payments.c.amount == orders.c.total) & (payments.c.currency == orders.c.currency)
    undone = payments.c.status.in_(("voiding", "voided", "refunding", "refunded"))
    for_order = payments.c.order_id.is_not(None)
    revenue = _revenue()
    captured = payments.c.status == "captured"
    booked = payments.outerjoin(revenue, revenue.c.order_id == payments.c.order_id)
    return [
        how_many(orders, bought, ~_payment_where(live, in_full)),
        how_many(payments, for_order, live, ~_order_where(payments.c.order_id, bought)),
        how_many(payments, for_order, undone, ~_order_where(payments.c.order_id, canceled)),
        how_many(booked, for_order, captured, or_zero(revenue.c.net) != payments.c.amount),
        how_many(
            revenue,
            revenue.c.net != 0,
            ~exists().where(payments.c.order_id == revenue.c.order_id, captured),
            ~_order_where(revenue.c.order_id, canceled),  # those are for L6
        ),
        _deposits(),
    ]


def returned() -> Counts:
    """L6: refunds beyond what was captured, and canceled orders that do not net to zero in every account."""
    revenue = _revenue()
    net = (
        select(entries.c.order_id)
        .join(orders, orders.c.id == entries.c.order_id)
        .where(orders.c.status == "canceled")
        .group_by(entries.c.order_id, entries.c.account_id, entries.c.system_account)
        .having(func.sum(entries.c.amount) != 0)
    )
    return [how_many(revenue, revenue.c.net < 0), rows_of(net.distinct())]


def _deposits() -> ColumnElement[int]:
    """Accounts into which less was posted than was captured for them."""
    captured = (
        select(payments.c.account_id, func.sum(payments.c.amount).label("amount"))
        .where(payments.c.account_id.is_not(None), payments.c.status == "captured")
        .group_by(payments.c.account_id)
        .subquery()
    )
    posted = _posted(entries.c.account_id, where=entries.c.kind == "deposit")
    both = captured.outerjoin(posted, posted.c.account_id == captured.c.account_id)
    return how_many(both, or_zero(posted.c.amount) < captured.c.amount)


def _revenue() -> Subquery:
    """What the shop has earned from each order."""
    return (
        select(entries.c.order_id, func.sum(entries.c.amount).label("net"))
        .where(entries.c.order_id.is_not(None), entries.c.system_account == "revenue")
        .group_by(entries.c.order_id)
        .subquery()
    )


def _posted(by: ColumnElement[Any], *more: ColumnElement[Any], where: Condition | None = None) -> Subquery:
    chosen = select(by, func.sum(entries.c.amount).label("amount"), *more).where(by.is_not(None)).group_by(by)
    return (chosen if where is None else chosen.where(where)).subquery()


def _payment_where(*conditions: Condition) -> Condition:
    return exists().where(payments.c.order_id == orders.c.id, *conditions)


def _order_where(order_id: ColumnElement[Any], *conditions: Condition) -> Condition:
    return exists().where(orders.c.id == order_id, *conditions)
