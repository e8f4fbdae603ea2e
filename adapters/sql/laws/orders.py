"""L4, L7, L8: orders, and the goods that they promise."""

from __future__ import annotations

from sqlalchemy import and_, func, or_, select

from adapters.sql.laws.counting import BOUGHT, Condition, Counts, how_many, or_zero, sum_where
from adapters.sql.tables import order_lines, orders, payments, products, stock_adjustments


def stock() -> Counts:
    """L4: products whose stock is not what adjustments and orders have left of it."""
    taken = (
        select(
            order_lines.c.sku,
            sum_where(orders.c.status == "pending", order_lines.c.quantity).label("held"),
            sum_where(orders.c.status.in_(BOUGHT), order_lines.c.quantity).label("sold"),
        )
        .join_from(order_lines, orders, orders.c.id == order_lines.c.order_id)
        .group_by(order_lines.c.sku)
        .subquery()
    )
    adjusted = (
        select(stock_adjustments.c.sku, func.sum(stock_adjustments.c.delta).label("delta"))
        .group_by(stock_adjustments.c.sku)
        .subquery()
    )
    known = products.outerjoin(taken, taken.c.sku == products.c.sku)
    known = known.outerjoin(adjusted, adjusted.c.sku == products.c.sku)
    impossible = or_(products.c.reserved < 0, products.c.on_hand < products.c.reserved)
    wrong = or_(
        products.c.reserved != or_zero(taken.c.held),
        products.c.on_hand != or_zero(adjusted.c.delta) - or_zero(taken.c.sold),
    )
    return [how_many(known, or_(impossible, wrong))]


def totals() -> Counts:
    """L7: orders without lines, or whose total is not the sum of their lines, all in its currency."""
    summed = (
        select(
            order_lines.c.order_id,
            func.sum(order_lines.c.quantity * order_lines.c.unit_price).label("total"),
            func.min(order_lines.c.currency).label("first"),
            func.max(order_lines.c.currency).label("last"),
        )
        .group_by(order_lines.c.order_id)
        .subquery()
    )
    wrong = or_(
        summed.c.total.is_(None),
        summed.c.total != orders.c.total,
        summed.c.first != orders.c.currency,
        summed.c.last != orders.c.currency,
    )
    return [how_many(orders.outerjoin(summed, summed.c.order_id == orders.c.id), wrong)]


def states() -> Counts:
    """L8: orders whose moments do not fit their status, and payments that are settled only by half."""
    order, payment = orders.c, payments.c
    confirmed = order.confirmed_at.is_not(None)
    asked, waiting = payment.status == "authorizing", payment.status.in_(("authorizing", "review"))
    return [
        how_many(
            orders,
            or_(
                and_(order.status == "pending", confirmed),
                and_(order.status.in_(BOUGHT), ~confirmed),
                _differ(order.status == "fulfilled", order.fulfilled_at.is_not(None)),
                _differ(order.status == "canceled", order.canceled_at.is_not(None)),
            ),
        ),
        how_many(
            payments,
            or_(
                and_(~asked, payment.token.is_not(None)),
                and_(~waiting, payment.lease_until.is_not(None)),
                _differ(payment.status == "declined", payment.decline_code.is_not(None)),
            ),
        ),
    ]


def _differ(one: Condition, other: Condition) -> Condition:
    return or_(and_(one, ~other), and_(~one, other))
