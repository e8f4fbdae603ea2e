"""The unit of work: rows and session move together, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import datetime
from operator import attrgetter
from types import TracebackType
from typing import Any, Protocol, Self

from domain.catalog import StockAdjustment
from domain.events import Event
from domain.identifiers import UserId
from domain.payments import Payment
from service_layer.outbox import Task, event_message, task_message
from service_layer.ports.ids import Ids
from service_layer.records import AttemptRecord, KeyRecord, SessionRecord
from service_layer.repositories import (
    Accounts,
    Entries,
    Messages,
    Orders,
    Payments,
    Products,
    Repositories,
    Repository,
    Sessions,
    Users,
)
from service_layer.session import Session
from service_layer.session_participant import SessionParticipant

unit_is_open: ContextVar[bool] = ContextVar("unit_is_open", default=False)
"""Whether this flow of control is inside a unit; then it must not go out to the network."""


class StoreParticipant(Protocol):
    """The store's part in one unit; it also decides, alone or for a whole group."""

    def begin(self) -> Repositories:
        """What the unit will see. Raises `Conflict`, `Unavailable`."""
        ...

    def prepare(self) -> None:
        """Everything of the store's that can fail, but the commit itself."""
        ...

    def undo(self) -> None:
        """Everything is as when the unit began; the unit may go on. Never raises."""
        ...

    def rollback(self) -> None:
        """Undoes and ends. Never raises."""
        ...

    def decide(self, finish: Callable[[], None]) -> None:
        """Makes it durable, now or with the group it rides in; then, and only then, calls `finish`."""
        ...


def _seen(name: str) -> Any:  # noqa: ANN401  # a property, which is declared as what it gives
    """A repository of the transaction that the unit rides in."""
    return property(attrgetter(f"repositories.{name}"))


class UnitOfWork:
    """One `with` block over the store and the visitor's session: all of it becomes real at `commit`, or none.

    begin → (work) → prepare each participant → the store decides → finish each participant
                   ↘ any error: roll each participant back
    """

    users: Users = _seen("users")
    accounts: Accounts = _seen("accounts")
    entries: Entries = _seen("entries")
    products: Products = _seen("products")
    adjustments: Repository[StockAdjustment] = _seen("adjustments")
    orders: Orders = _seen("orders")
    payments: Payments = _seen("payments")
    keys: Repository[KeyRecord] = _seen("keys")
    attempts: Repository[AttemptRecord] = _seen("attempts")
    sessions: Sessions = _seen("sessions")
    messages: Messages = _seen("messages")
    laws: Callable[[datetime], Mapping[str, int]] = _seen("laws")
    session: Session

    def __init__(self, store: StoreParticipant, session: SessionParticipant, ids: Ids) -> None:
        self._store = store
        self._visitor = session
        self._ids = ids
        self.session_store = session.every

    def __enter__(self) -> Self:
        self._voted = False
        self._open = unit_is_open.set(True)
        try:
            self._begin(self._store.begin())
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def commit(self) -> None:
        """Everything that can fail, fails here; after it a handler only returns."""
        self._visitor.prepare()
        self._store.prepare()
        self._store.decide(self._visitor.finish)
        self._voted = True

    def undo(self) -> None:
        """Takes back all that the unit did so far, rows and session, and goes on."""
        self._store.undo()
        self._visitor.begin(self.repositories)
        self.session = self._visitor.session

    @property
    def request_id(self) -> str:
        """Which request this is for; empty where it is for none."""
        return self._visitor.visitor.request_id

    def sessions_of(self, user_id: UserId) -> list[SessionRecord]:
        """Every live session of the user, as far as the store of sessions can list them."""
        return self._visitor.of(user_id)

    def end_session(self, record: SessionRecord) -> None:
        """Its cookie is worth nothing once this is committed."""
        self._visitor.end(record)

    def end_sessions_of(self, user_id: UserId, *, but_own: bool = False) -> None:
        """All of the user's, as far as the store of sessions can list them; all but the visitor's, if `but_own`."""
        self._visitor.end_all(user_id, but_own=but_own)

    def publish(self, event: Event) -> None:
        """Tells the world, once this is durable."""
        self.messages.add(event_message(self._ids.new(), event))

    def defer(self, task: Task, payment: Payment, at: datetime) -> None:
        """Leaves work with the gateway to the relay, once this is durable."""
        self.messages.add(task_message(self._ids.new(), task, payment, at))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        unit_is_open.reset(self._open)
        if not self._voted:
            self._visitor.rollback()
            self._store.rollback()

    def _begin(self, repositories: Repositories) -> None:
        self.repositories = repositories
        self._visitor.begin(repositories)
        self.session = self._visitor.session
