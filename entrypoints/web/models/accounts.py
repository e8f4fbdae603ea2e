"""Accounts and money moved between them, over the wire."""

from __future__ import annotations

from datetime import datetime

from pydantic import ValidationInfo, field_validator

from domain.accounts import Entry
from domain.identifiers import AccountId
from entrypoints.web.models.common import AnAccountId, In, MoneyIn, MoneyOut, Out, shown
from entrypoints.web.models.orders import CardIn
from service_layer.commands import Deposit, MoveMoney
from service_layer.receipts import DepositReceipt, TransferReceipt
from service_layer.views import AccountView

AMOUNT = {"amount": 1000, "currency": "EUR"}
ACCOUNT = "01936f1e-7c1a-7b3c-9d5e-2f4a6b8c0d1e"
OTHER = "01936f1e-9a2b-7c4d-8e6f-3a5b7c9d1e2f"


class DepositIn(In):
    """Card money for an account."""

    model_config = shown({"amount": AMOUNT, "payment": {"method": "card", "token": "pm_card_visa"}})

    amount: MoneyIn
    payment: CardIn

    def command(self, account_id: str, key: str) -> Deposit:
        return Deposit(
            key=key,
            operation=f"POST /accounts/{account_id}/deposits",
            account_id=AccountId(account_id),
            amount=self.amount.money(),
            token=self.payment.token,
        )


class TransferIn(In):
    """Money to be moved."""

    model_config = shown({"from_account": ACCOUNT, "to_account": OTHER, "amount": AMOUNT})

    from_account: AnAccountId
    to_account: AnAccountId
    amount: MoneyIn

    @field_validator("to_account")
    @classmethod
    def _another(cls, to_account: AccountId, info: ValidationInfo) -> AccountId:
        if to_account == info.data.get("from_account"):
            raise ValueError("to_account takes another account than from_account")
        return to_account

    def command(self, key: str) -> MoveMoney:
        return MoveMoney(key=key, source=self.from_account, target=self.to_account, amount=self.amount.money())


class AccountOut(Out):
    """An account and what is in it."""

    id: str
    currency: str
    balance: MoneyOut

    @classmethod
    def of(cls, view: AccountView) -> AccountOut:
        return cls(id=view.id, currency=view.currency, balance=MoneyOut.of(view.balance))


class AccountsOut(Out):
    """One's own accounts."""

    data: list[AccountOut]
    has_more: bool


class EntryOut(Out):
    """One side of a movement of money: negative where it left the account."""

    id: str
    transfer_id: str
    amount: MoneyOut
    balance_after: MoneyOut | None
    kind: str
    created_at: datetime

    @classmethod
    def of(cls, entry: Entry) -> EntryOut:
        return cls(
            id=entry.id,
            transfer_id=entry.transfer_id,
            amount=MoneyOut.of(entry.amount),
            balance_after=MoneyOut.of(entry.balance_after) if entry.balance_after else None,
            kind=entry.kind,
            created_at=entry.created_at,
        )


class EntriesOut(Out):
    """Entries, newest first."""

    data: list[EntryOut]
    has_more: bool


class DepositOut(Out):
    """A deposit: `posted` once the money is in the account, `pending` while the gateway's answer is unknown."""

    id: str
    account_id: str
    amount: MoneyOut
    status: str
    created_at: datetime

    @classmethod
    def of(cls, receipt: DepositReceipt) -> DepositOut:
        return cls(
            id=receipt.id,
            account_id=receipt.account_id,
            amount=MoneyOut.of(receipt.amount),
            status=receipt.status,
            created_at=receipt.created_at,
        )


class TransferOut(Out):
    """Money that was moved."""

    id: str
    from_account: str
    to_account: str
    amount: MoneyOut
    created_at: datetime

    @classmethod
    def of(cls, receipt: TransferReceipt) -> TransferOut:
        return cls(
            id=receipt.id,
            from_account=receipt.source,
            to_account=receipt.target,
            amount=MoneyOut.of(receipt.amount),
            created_at=receipt.created_at,
        )
