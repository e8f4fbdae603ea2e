"""What a finished command tells its caller, kept with the idempotency key to be told again."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NamedTuple

from domain.catalog import Quantity, Sku
from domain.errors import DomainError
from domain.identifiers import AccountId, OrderId, PaymentId, TransferId, UserId
from domain.money import Currency, Money
from domain.orders import Order, OrderLine, OrderStatus
from domain.payments import Payment, PaymentMethod, PaymentStatus


class OrderReceipt(NamedTuple):
    """An order as it stood when this was said; `tag` changes whenever anything of it does."""

    id: OrderId
    owner_id: UserId
    status: OrderStatus
    total: Money
    lines: tuple[OrderLine, ...]
    method: PaymentMethod
    payment_status: PaymentStatus
    created_at: datetime
    tag: str

    @classmethod
    def of(cls, order: Order, payment: Payment) -> OrderReceipt:
        return cls(
            id=order.id,
            owner_id=order.owner_id,
            status=order.status,
            total=order.total,
            lines=order.lines,
            method=payment.method,
            payment_status=payment.status,
            created_at=order.placed_at,
            tag=f"{order.version}-{payment.version}",
        )


class TransferReceipt(NamedTuple):
    """Money that went from one account to another."""

    id: TransferId
    source: AccountId
    target: AccountId
    amount: Money
    created_at: datetime


class DepositReceipt(NamedTuple):
    """Card money that arrived in an account, or `pending`, is still expected to."""

    id: PaymentId
    account_id: AccountId
    amount: Money
    status: str
    created_at: datetime

    @classmethod
    def of(cls, payment: Payment) -> DepositReceipt:
        return cls(
            id=payment.id,
            account_id=AccountId(payment.account_id or ""),
            amount=payment.amount,
            status="posted" if payment.status is PaymentStatus.CAPTURED else "pending",
            created_at=payment.created_at,
        )


Receipt = OrderReceipt | TransferReceipt | DepositReceipt


def is_pending(receipt: Receipt) -> bool:
    """Whether the gateway has yet to say what becomes of it."""
    return not isinstance(receipt, TransferReceipt) and receipt.status == "pending"


def encode(outcome: Receipt | DomainError, request_id: str = "") -> str:
    """As JSON text. A refusal keeps its code, its words, its facts, and which request it was first said to."""
    if isinstance(outcome, DomainError):
        members = outcome.members | ({"request_id": request_id} if request_id else {})
        record: dict[str, Any] = {"refused": outcome.code, "detail": outcome.detail, "members": members}
    elif isinstance(outcome, OrderReceipt):
        lines = [(line.sku, line.name, line.quantity, line.unit_price.amount) for line in outcome.lines]
        record = {"order": {**outcome._asdict(), "lines": lines}}
    elif isinstance(outcome, TransferReceipt):
        record = {"transfer": outcome._asdict()}
    else:
        record = {"deposit": outcome._asdict()}
    return _JSON.encode(record)


def decode(text: str) -> Receipt | DomainError:
    """What `encode` was given."""
    record = json.loads(text)
    if "refused" in record:
        return _refusal(record["refused"], record["detail"], record["members"])
    (kind, values), *_ = record.items()
    values["created_at"] = datetime.fromisoformat(values["created_at"])
    if kind == "order":
        return _order(values)
    values["amount"] = _money(values["amount"])
    return TransferReceipt(**values) if kind == "transfer" else DepositReceipt(**values)


def _plain(value: Money | datetime) -> object:
    return [value.amount, value.currency] if isinstance(value, Money) else value.isoformat()


_JSON = json.JSONEncoder(default=_plain, check_circular=False, ensure_ascii=False, separators=(",", ":"))


def _money(pair: list[Any]) -> Money:
    return Money(pair[0], Currency(pair[1]))


def _order(values: dict[str, Any]) -> OrderReceipt:
    total = _money(values.pop("total"))
    return OrderReceipt(
        total=total,
        lines=tuple(
            OrderLine(Sku(sku), name, Quantity(quantity), Money(price, total.currency))
            for sku, name, quantity, price in values.pop("lines")
        ),
        status=OrderStatus(values.pop("status")),
        method=PaymentMethod(values.pop("method")),
        payment_status=PaymentStatus(values.pop("payment_status")),
        **values,
    )


def _refusal(code: str, detail: str, members: dict[str, object]) -> DomainError:
    refusal = next(kind for kind in _kinds_of(DomainError) if getattr(kind, "code", None) == code)
    error = refusal.__new__(refusal)
    DomainError.__init__(error, detail, **members)
    return error


def _kinds_of(kind: type[DomainError]) -> list[type[DomainError]]:
    return [kind, *(further for sub in kind.__subclasses__() for further in _kinds_of(sub))]
