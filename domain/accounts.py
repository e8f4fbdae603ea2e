"""Double entry: money never appears or vanishes, it moves between accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from domain.errors import InsufficientFunds, LawBroken, NotFound
from domain.identifiers import AccountId, EntryId, OrderId, TransferId, UserId
from domain.money import Currency, Money


class SystemAccount(StrEnum):
    """The shop's own accounts. They keep no stored balance, so no two orders queue behind one row."""

    REVENUE = "revenue"
    CARD_CLEARING = "card-clearing"


class TransferKind(StrEnum):
    """Why money moved."""

    ORDER = "order"
    REFUND = "refund"
    DEPOSIT = "deposit"
    TRANSFER = "transfer"


class Entry(NamedTuple):
    """One side of a transfer. `balance_after` is None on a system account."""

    id: EntryId
    transfer_id: TransferId
    account_id: AccountId | None
    system_account: SystemAccount | None
    amount: Money
    balance_after: Money | None
    kind: TransferKind
    order_id: OrderId | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money that moved from one account to another, at once."""

    id: TransferId
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        amounts = [entry.amount for entry in self.entries]
        if sum([amount.amount for amount in amounts]) or len({amount.currency for amount in amounts}) != 1:
            raise LawBroken("L1: the entries of a transfer sum to zero, in one currency")


@dataclass(eq=False, kw_only=True)
class Account:
    """A customer's money. `balance` is what the shop owes the owner; it is never negative (L3)."""

    id: AccountId
    owner_id: UserId
    currency: Currency
    balance: Money
    opened_at: datetime
    is_default: bool = True
    version: int = 1

    @classmethod
    def open(cls, account_id: AccountId, owner_id: UserId, currency: Currency, at: datetime) -> Account:
        return cls(id=account_id, owner_id=owner_id, currency=currency, balance=Money(0, currency), opened_at=at)

    def require_owner(self, user_id: UserId) -> None:
        """Raises `NotFound` for anybody else, as if the account were not there."""
        if self.owner_id != user_id:
            raise NotFound("account")

    def after(self, amount: Money) -> Money:
        """The balance with a signed amount. Raises `InsufficientFunds`, `CurrencyMismatch`, `OutOfRange`."""
        balance = self.balance + amount
        if balance.amount < 0:
            raise InsufficientFunds
        return balance

    def post(self, amount: Money) -> Money:
        """Adds a signed amount and returns the new balance. Raises as `after` does."""
        self.balance = self.after(amount)
        return self.balance


class Movement(NamedTuple):
    """What a transfer is for: its id, its reason, its moment."""

    id: TransferId
    kind: TransferKind
    at: datetime
    order_id: OrderId | None = None


def move(source: Account | SystemAccount, target: Account | SystemAccount, amount: Money, why: Movement) -> Transfer:
    """Moves a positive amount. Raises `InsufficientFunds`, `CurrencyMismatch`, `OutOfRange`; then nothing has moved."""
    if amount.amount <= 0:
        raise LawBroken("L1: a transfer moves a positive amount")
    if isinstance(target, Account):
        target.after(amount)  # or the source would have lost what the target cannot take
    return Transfer(why.id, (_entry(source, -amount, why, 1), _entry(target, amount, why, 2)))


def _entry(account: Account | SystemAccount, amount: Money, why: Movement, side: int) -> Entry:
    owned = isinstance(account, Account)
    return Entry(
        id=EntryId(f"{why.id}-{side}"),
        transfer_id=why.id,
        account_id=account.id if owned else None,
        system_account=None if owned else account,
        amount=amount,
        balance_after=account.post(amount) if owned else None,
        kind=why.kind,
        order_id=why.order_id,
        created_at=why.at,
    )
