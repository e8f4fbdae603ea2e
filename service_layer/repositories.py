"""The repositories of one transaction: every user, account, product, order … there is, as one unit sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

from domain.accounts import Account, Entry, Transfer
from domain.catalog import Product, StockAdjustment
from domain.errors import NotFound, UnknownSku
from domain.identifiers import AccountId, OrderId, UserId
from domain.orders import Order
from domain.payments import Payment
from domain.users import Email, User
from service_layer import kinds
from service_layer.identity_map import IdentityMap
from service_layer.journal import Journal
from service_layer.kinds import Kind
from service_layer.ports.store import StoreTransaction
from service_layer.records import AttemptRecord, KeyRecord, Message, SessionRecord

E = TypeVar("E")
Needs = Mapping[tuple[str, str], Iterable[str]]
"""What a command will ask for: values by kind and index, such as `("products", "key"): {"mug"}`."""


class Repository(Generic[E]):
    """Everything of one kind. The same object throughout one unit; changes to it are kept if the unit commits."""

    def __init__(self, known: IdentityMap[E], what: str) -> None:
        self._known = known
        self._what = what

    def find(self, key: str) -> E | None:
        return self._known.find("key", key)

    def get(self, key: str) -> E:
        """Raises `NotFound`."""
        entity = self._known.find("key", key)
        if entity is None:
            raise NotFound(self._what)
        return entity

    def add(self, entity: E) -> None:
        self._known.add(entity)

    def remove(self, entity: E) -> None:
        self._known.remove(entity)

    def due(self, until: datetime, limit: int) -> list[E]:
        """Those that a worker must look at by now, as many as `limit`."""
        return self._known.due(until, limit)

    def page(self, after: str | None, limit: int) -> list[E]:
        """What is committed, from behind the key `after`."""
        return self._known.page(None, "", after, limit)


class Users(Repository[User]):
    def by_email(self, email: Email) -> User | None:
        return self._known.find("email", email.key)


class Accounts(Repository[Account]):
    def of(self, owner: UserId) -> list[Account]:
        return self._known.where("owner_id", owner)

    def default_of(self, owner: UserId) -> Account:
        """The one every user has (L11)."""
        return next(account for account in self.of(owner) if account.is_default)

    def pair(self, source: AccountId, target: AccountId) -> tuple[Account, Account]:
        """Both, locked in id order, so that no two transfers wait for each other. Raises `NotFound`."""
        self._known.prefetch("key", (source, target))
        return self.get(source), self.get(target)


class Products(Repository[Product]):
    def offered(self, skus: Sequence[str]) -> list[Product]:
        """All of them, in SKU order. Raises `UnknownSku`."""
        self._known.prefetch("key", skus)
        return [self._offered(sku) for sku in sorted(skus)]

    def _offered(self, sku: str) -> Product:
        product = self.find(sku)
        if product is None:
            raise UnknownSku(sku)
        return product


class Orders(Repository[Order]):
    def page_of(self, owner: UserId, after: str | None, limit: int) -> list[Order]:
        """A user's orders, newest first."""
        return self._known.page("owner_id", owner, after, limit)


class Payments(Repository[Payment]):
    def of_order(self, order_id: OrderId) -> Payment:
        """Every order has exactly one."""
        payment = self._known.find("order_id", order_id)
        if payment is None:
            raise NotFound("payment")
        return payment

    def of_orders(self, order_ids: Sequence[OrderId]) -> list[Payment]:
        """Each order's payment, in the same order."""
        self._known.prefetch("order_id", order_ids)
        return [self.of_order(order_id) for order_id in order_ids]


class Entries(Repository[Entry]):
    def post(self, transfer: Transfer) -> None:
        for entry in transfer.entries:
            self.add(entry)

    def page_of(self, account: AccountId, after: str | None, limit: int) -> list[Entry]:
        """An account's entries, newest first."""
        return self._known.page("account_id", account, after, limit)


class Sessions(Repository[SessionRecord]):
    def of(self, user: UserId) -> list[SessionRecord]:
        """As they are now: a log-in may have come between their prefetching and the moment the user was locked."""
        return self._known.where("user_id", user, afresh=True)


class Messages(Repository[Message]):
    def fresh(self) -> list[Message]:
        """What the voted units have added."""
        return self._known.changes().added


class Repositories:
    """All that one transaction sees, and the journal by which each unit in it is undone alone."""

    def __init__(self, transaction: StoreTransaction) -> None:
        self._transaction = transaction
        self._maps: dict[str, IdentityMap[Any]] = {}
        self.journal = Journal()

    @cached_property
    def users(self) -> Users:
        return Users(self._map(kinds.USERS), "user")

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self._map(kinds.ACCOUNTS), "account")

    @cached_property
    def products(self) -> Products:
        return Products(self._map(kinds.PRODUCTS), "product")

    @cached_property
    def orders(self) -> Orders:
        return Orders(self._map(kinds.ORDERS), "order")

    @cached_property
    def payments(self) -> Payments:
        return Payments(self._map(kinds.PAYMENTS), "payment")

    @cached_property
    def entries(self) -> Entries:
        return Entries(self._map(kinds.ENTRIES), "entry")

    @cached_property
    def adjustments(self) -> Repository[StockAdjustment]:
        return Repository(self._map(kinds.ADJUSTMENTS), "adjustment")

    @cached_property
    def keys(self) -> Repository[KeyRecord]:
        return Repository(self._map(kinds.KEYS), "key")

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self._map(kinds.SESSIONS), "session")

    @cached_property
    def attempts(self) -> Repository[AttemptRecord]:
        return Repository(self._map(kinds.ATTEMPTS), "attempt")

    @cached_property
    def messages(self) -> Messages:
        return Messages(self._map(kinds.MESSAGES), "message")

    def prefetch(self, needs: Needs) -> None:
        """Loads all that was declared: a query per kind and index, in lock order; all are asked before any is read."""
        asked = [
            self._map(kind).ask(index, values)
            for kind in kinds.ALL
            for index in ("key", *kind.unique, *kind.grouped)
            if (values := needs.get((kind.name, index)))
        ]
        for take in asked:
            take()

    def flush(self) -> None:
        """Writes what the units in it have changed; none is undone alone any more. Raises `Conflict`, `Unavailable`."""
        self.journal.begin()  # it knows the maps that know it: kept, it would leave all of them to the collector
        changes = [(kind, self._maps[kind.name].changes()) for kind in kinds.ALL if kind.name in self._maps]
        self._transaction.write([(kind, c) for kind, c in changes if c.added or c.updated or c.removed])

    def laws(self, now: datetime) -> Mapping[str, int]:
        """How often each law is violated, as the store counts it."""
        return self._transaction.laws(now)

    def _map(self, kind: Kind[E]) -> IdentityMap[E]:
        known = self._maps.get(kind.name)
        if known is None:
            known = self._maps[kind.name] = IdentityMap(kind, self._transaction, self.journal)
        return known
