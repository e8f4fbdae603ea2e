"""What happened, in the past tense, for whoever listens once it is durable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.identifiers import AccountId, OrderId, PaymentId, TransferId, UserId
from domain.money import Money


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. Published only if the unit that says so is committed (L10)."""

    at: datetime


@dataclass(frozen=True, kw_only=True)
class UserRegistered(Event):
    user_id: UserId


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    user_id: UserId


@dataclass(frozen=True, kw_only=True)
class UserDisabled(Event):
    user_id: UserId


@dataclass(frozen=True, kw_only=True)
class UserEnabled(Event):
    user_id: UserId


@dataclass(frozen=True, kw_only=True)
class OrderConfirmed(Event):
    order_id: OrderId
    owner_id: UserId
    total: Money


@dataclass(frozen=True, kw_only=True)
class OrderFulfilled(Event):
    order_id: OrderId
    owner_id: UserId


@dataclass(frozen=True, kw_only=True)
class OrderCanceled(Event):
    order_id: OrderId
    owner_id: UserId
    total: Money


@dataclass(frozen=True, kw_only=True)
class TransferPosted(Event):
    transfer_id: TransferId
    source: AccountId
    target: AccountId
    amount: Money


@dataclass(frozen=True, kw_only=True)
class DepositPosted(Event):
    payment_id: PaymentId
    account_id: AccountId
    amount: Money


@dataclass(frozen=True, kw_only=True)
class PaymentDeclined(Event):
    payment_id: PaymentId
    decline_code: str


@dataclass(frozen=True, kw_only=True)
class StockAdjusted(Event):
    sku: str
    delta: int
