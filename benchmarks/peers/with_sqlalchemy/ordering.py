"""One order, written with ORM objects in the request's session."""

import hashlib
from typing import Any

from sqlalchemy import CursorResult, Update, select, update
from sqlalchemy.orm import Session

from benchmarks.peers.with_sqlalchemy.models import (
    Account,
    Entry,
    IdempotencyKey,
    Order,
    OrderLine,
    OutboxEvent,
    Product,
    User,
)


class Refused(Exception):
    """Why an order is not taken."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


def place_once(session: Session, user: User, items: list[tuple[str, int]], key: str | None) -> Order:
    """The same order again when the key was seen before."""
    if key is None:
        return place(session, user, items, None)
    mine = IdempotencyKey.user_id == user.id, IdempotencyKey.key == key
    seen = session.scalars(select(IdempotencyKey).where(*mine)).one_or_none()
    if seen is None:
        return place(session, user, items, key)
    if seen.fingerprint != fingerprint(items):
        raise Refused(422, "idempotency-key-reused")
    return seen.order


def place(session: Session, user: User, items: list[tuple[str, int]], key: str | None) -> Order:
    account = user.account
    lines = [take_stock(session, sku, quantity) for sku, quantity in sorted(items)]
    total = sum(line.unit_price * line.quantity for line in lines)
    take_money(session, account, total)
    order = Order(
        user_id=user.id,
        status="confirmed",
        total=total,
        currency=account.currency,
        payment_method="balance",
        payment_status="captured",
        lines=lines,
    )
    session.add_all([order, Entry(order=order, account_id=account.id, amount=-total), Entry(order=order, amount=total)])
    session.flush()
    session.add(OutboxEvent(kind="OrderConfirmed", payload={"order_id": order.id, "total": total}))
    if key is not None:
        session.add(IdempotencyKey(user_id=user.id, key=key, fingerprint=fingerprint(items), order=order))
    session.commit()
    session.refresh(order)
    return order


def take_stock(session: Session, sku: str, quantity: int) -> OrderLine:
    product = session.scalars(select(Product).where(Product.sku == sku)).one_or_none()
    if product is None:
        raise Refused(404, "unknown-sku")
    enough = Product.id == product.id, Product.on_hand >= quantity
    if not changes_a_row(session, update(Product).where(*enough).values(on_hand=Product.on_hand - quantity)):
        raise Refused(409, "insufficient-stock")
    return OrderLine(product=product, name=product.name, quantity=quantity, unit_price=product.price)


def take_money(session: Session, account: Account, amount: int) -> None:
    enough = Account.id == account.id, Account.balance >= amount
    if not changes_a_row(session, update(Account).where(*enough).values(balance=Account.balance - amount)):
        raise Refused(402, "insufficient-funds")


def changes_a_row(session: Session, statement: Update) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return isinstance(result, CursorResult) and result.rowcount == 1


def fingerprint(items: list[tuple[str, int]]) -> str:
    return hashlib.sha256(repr(items).encode()).hexdigest()


def describe(order: Order) -> dict[str, Any]:
    return {
        "order_id": str(order.id),
        "id": str(order.id),
        "status": order.status,
        "total": {"amount": order.total, "currency": order.currency},
        "lines": [
            {
                "sku": line.product.sku,
                "name": line.name,
                "quantity": line.quantity,
                "unit_price": {"amount": line.unit_price, "currency": order.currency},
            }
            for line in order.lines
        ],
        "payment": {"method": order.payment_method, "status": order.payment_status},
        "created_at": order.created_at.isoformat(),
        "message": "Order confirmed",
    }


def list_products(session: Session, limit: int, starting_after: str) -> dict[str, Any]:
    found = session.scalars(
        select(Product).where(Product.sku > starting_after).order_by(Product.sku).limit(limit + 1)
    ).all()
    return {
        "data": [
            {
                "sku": each.sku,
                "name": each.name,
                "price": {"amount": each.price, "currency": each.currency},
                "available": each.on_hand,
            }
            for each in found[:limit]
        ],
        "has_more": len(found) > limit,
    }
