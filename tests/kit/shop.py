"""A shop for tests: people and products are arranged without a trace in the outbox, then something happens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import pytest

from domain.accounts import Account, Movement, SystemAccount, TransferKind, move
from domain.catalog import Sku
from domain.identifiers import AccountId, TransferId, UserId
from domain.money import Currency, Money
from domain.users import Email, User
from service_layer.commands import AddProduct, CheckLaws, LogIn, MoveMoney, PlaceOrder, SeeSession
from service_layer.handlers.accounts import transfer
from service_layer.handlers.catalog import add_product
from service_layer.handlers.ops import check_laws
from service_layer.handlers.orders import place_order
from service_layer.handlers.sessions import log_in, see_session
from service_layer.idempotency import Answer
from service_layer.outbox import Task
from service_layer.ports.ids import Ids
from service_layer.ports.sessions import SessionStore
from service_layer.ports.store import Store
from service_layer.receipts import OrderReceipt, Receipt, TransferReceipt
from service_layer.records import InFlight
from service_layer.views import SessionView
from service_layer.visitor import Visitor
from tests.kit import books
from tests.kit.asking import EUR, VISA, buying, eur
from tests.kit.service import By, Customer, Service

PASSWORD_HASH = "not-a-real-hash"  # noqa: S105 (handlers compare hashes, and never make one)
TASKS = frozenset(Task)


class Shop(Service):
    """Reads as the story of a test: `shop.account`, `shop.order`, `shop.stock`, `shop.laws`."""

    def __init__(
        self, store: Store | None = None, sessions: SessionStore | None = None, ids: Ids | None = None
    ) -> None:
        super().__init__(store, sessions, ids)
        self._people: list[Customer] = []

    def account(self, balance: int = 0, *, currency: Currency = EUR) -> Customer:
        """A customer with so many cents, logged in."""
        now, user_id = self.clock.now(), UserId(self.ids.new())
        email = Email(f"{user_id}@example.com")
        account = Account.open(AccountId(self.ids.new()), user_id, currency, now)
        with self.unit() as uow:
            uow.users.add(User(id=user_id, name="Ada", email=email, password_hash=PASSWORD_HASH, registered_at=now))
            uow.accounts.add(account)
            if balance:
                why = Movement(TransferId(self.ids.new()), TransferKind.DEPOSIT, now)
                uow.entries.post(move(SystemAccount.CARD_CLEARING, account, Money(balance, currency), why))
            uow.commit()
        customer = Customer(user_id, account.id, email, Visitor(ip="192.0.2.1", user_agent="Browser"))
        self.do(log_in, LogIn(user_id=user_id, password_hash=PASSWORD_HASH), customer)
        self._people.append(customer)
        return customer

    def product(self, sku: str = "mug", *, price: int = 1200, on_hand: int = 10, currency: Currency = EUR) -> str:
        command = AddProduct(sku=Sku(sku), name=sku.title(), price=Money(price, currency), on_hand=on_hand)
        self.do(add_product, command)
        return sku

    def place(self, by: By, command: PlaceOrder) -> Answer[Receipt] | InFlight:
        return self.do(place_order, command, by)

    def order(self, by: Customer, sku: str = "mug", quantity: int = 1, *, key: str | None = None) -> OrderReceipt:
        """Paid from the balance."""
        answer = self.place(by, buying({sku: quantity}, key=key))
        assert isinstance(answer, Answer)
        return cast(OrderReceipt, answer.unwrap())

    def reserve(
        self, by: Customer, sku: str = "mug", quantity: int = 1, *, key: str | None = None, token: str = VISA
    ) -> InFlight:
        """To be paid by card: reserved, and nobody has asked the gateway yet."""
        in_flight = self.place(by, buying({sku: quantity}, key=key, token=token))
        assert isinstance(in_flight, InFlight)
        return in_flight

    def transfer(self, source: Customer, target: Customer, cents: int, *, key: str | None = None) -> TransferReceipt:
        """Asked by the owner of the source."""
        command = MoveMoney(source=source.account, target=target.account, amount=eur(cents), key=key)
        answer = self.do(transfer, command, source)
        assert isinstance(answer, Answer)
        return cast(TransferReceipt, answer.unwrap())

    def books(self) -> books.Books:
        return books.read(self.kept_in)

    def rows(self, kind: str) -> list[Mapping[str, Any]]:
        """In the order of their keys, which is that of their making."""
        rows = self.books().get(kind, {})
        return [rows[key] for key in sorted(rows)]

    def balances(self) -> dict[Customer, int]:
        return {customer: self.balance(customer) for customer in self._people}

    def balance(self, of: Customer) -> int:
        return self.books()["accounts"][of.account]["balance"].amount

    def stock(self, sku: str = "mug") -> tuple[int, int]:
        """On hand, and reserved of it."""
        product = self.books()["products"][sku]
        return product["on_hand"], product["reserved"]

    @property
    def events(self) -> list[str]:
        """What the world is still to be told."""
        return [message["name"] for message in self.rows("messages") if message["name"] not in TASKS]

    @property
    def tasks(self) -> list[str]:
        """What the relay still has to do at the gateway."""
        return [message["name"] for message in self.rows("messages") if message["name"] in TASKS]

    def session(self, of: Customer | Visitor) -> SessionView:
        """As a request with the same cookie would see it."""
        return self.do(see_session, SeeSession(), Visitor(cookie=self.browser(of).cookie))

    def laws(self) -> dict[str, int]:
        """Those that do not hold: none, on a good day."""
        return {law.law: law.violations for law in self.do(check_laws, CheckLaws()) if not law.ok}

    @contextmanager
    def refuses(self, error: type[BaseException], by: By = None) -> Iterator[pytest.ExceptionInfo[Any]]:
        """It does, and leaves no trace: neither in the store nor with the visitor."""
        browser = self.browser(by)
        before, cookie = self.books(), browser.cookie
        with pytest.raises(error) as refusal:
            yield refusal
        assert self.books() == before
        assert (browser.cookie, browser.dead) == (cookie, False)
