"""What can be asked about the catalog."""

from __future__ import annotations

from dataclasses import dataclass

from domain.catalog import Sku
from domain.identifiers import UserId
from domain.money import Money
from service_layer.commands.asking import Command, Query
from service_layer.repositories import Needs


@dataclass(frozen=True, kw_only=True)
class AddProduct(Command):
    sku: Sku
    name: str
    price: Money
    on_hand: int

    def needs(self, user: UserId | None) -> Needs:
        return {("products", "key"): {self.sku}}


@dataclass(frozen=True, kw_only=True)
class ChangeProduct(Command):
    sku: str
    name: str | None
    price: Money | None

    def needs(self, user: UserId | None) -> Needs:
        return {("products", "key"): {self.sku}}


@dataclass(frozen=True, kw_only=True)
class AdjustStock(Command):
    sku: str
    delta: int
    reason: str

    def needs(self, user: UserId | None) -> Needs:
        return {("products", "key"): {self.sku}}


@dataclass(frozen=True, kw_only=True)
class SeeProduct(Query):
    sku: str

    def needs(self, user: UserId | None) -> Needs:
        return {("products", "key"): {self.sku}}


@dataclass(frozen=True, kw_only=True)
class ListProducts(Query):
    after: str | None
    limit: int
