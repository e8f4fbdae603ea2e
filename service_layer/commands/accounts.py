"""What can be asked about accounts and the money in them."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.identifiers import AccountId, UserId
from domain.money import Money
from service_layer.commands.asking import Keyed, Query, digest
from service_layer.repositories import Needs


@dataclass(frozen=True, kw_only=True)
class Deposit(Keyed):
    """Put card money into an account."""

    account_id: AccountId
    amount: Money
    token: str = field(repr=False)

    def fingerprint(self) -> str:
        return digest(self.amount.amount, self.amount.currency, self.token)

    def needs(self, user: UserId | None) -> Needs:
        return {**super().needs(user), ("accounts", "key"): {self.account_id}}


@dataclass(frozen=True, kw_only=True)
class MoveMoney(Keyed):
    """From one account to another, of anybody."""

    source: AccountId
    target: AccountId
    amount: Money
    operation: str = "POST /transfers/"

    def fingerprint(self) -> str:
        return digest(self.source, self.target, self.amount.amount, self.amount.currency)

    def needs(self, user: UserId | None) -> Needs:
        return {**super().needs(user), ("accounts", "key"): {self.source, self.target}}


@dataclass(frozen=True, kw_only=True)
class ListAccounts(Query):
    after: str | None
    limit: int


@dataclass(frozen=True, kw_only=True)
class SeeAccount(Query):
    account_id: str

    def needs(self, user: UserId | None) -> Needs:
        return {("accounts", "key"): {self.account_id}}


@dataclass(frozen=True, kw_only=True)
class ListEntries(Query):
    account_id: str
    after: str | None
    limit: int
