"""The service put together from real parts, without the machine: everything that runs a unit of work."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from adapters.cookies.signed import SignedCookies
from adapters.memory.store import MemoryStore
from adapters.payments.memory import MemoryGateway
from adapters.publishers.memory import MemoryPublisher
from adapters.sessions.stored import StoredSessions
from adapters.system.fixed import CountingIds, FixedClock
from domain.identifiers import AccountId, UserId
from domain.users import Email
from service_layer.alone import Alone
from service_layer.commands import Command, Query
from service_layer.flows.payments import Payments
from service_layer.flows.relay import Relay
from service_layer.gateway import OutsideUnits
from service_layer.group import Group, Job
from service_layer.lane import Lane
from service_layer.ports.ids import Ids
from service_layer.ports.sessions import SessionStore
from service_layer.ports.store import Store
from service_layer.runner import Handler, Run, Runner
from service_layer.session import Lifetime
from service_layer.session_participant import SessionKeeping, SessionParticipant
from service_layer.unit_of_work import UnitOfWork
from service_layer.visitor import Visitor
from tests.kit.asking import EUR
from tests.kit.faults import Faults, FaultySessions, FaultyStore
from tests.kit.faulty_gateway import FaultyGateway

R = TypeVar("R")
NO_HURRY = 60.0  # seconds
KEY = "k" * 32


@dataclass(frozen=True, eq=False, slots=True)
class Customer:
    """Somebody with an account and a browser, logged in."""

    user: UserId
    account: AccountId
    email: Email
    browser: Visitor


By = Customer | Visitor | None
"""Who asks; the staff unless somebody is named."""


class Service:
    """`faults` is where a test says what shall go wrong.

    `kept_in` is the store beneath them, `gateway` the one at the other end of the `line`.
    """

    def __init__(
        self, store: Store | None = None, sessions: SessionStore | None = None, ids: Ids | None = None
    ) -> None:
        self.faults = Faults()
        self.kept_in = store or MemoryStore()
        self.store = FaultyStore(self.kept_in, self.faults)
        self.sessions = FaultySessions(sessions or StoredSessions(), self.faults)
        self.clock = FixedClock()
        self.ids = ids or CountingIds()
        self.gateway = MemoryGateway(self.clock)
        self.line = FaultyGateway(self.gateway, self.faults)
        self.payments = Payments(OutsideUnits(self.line), self.clock)
        self.publisher = MemoryPublisher()
        self.relay = Relay(OutsideUnits(self.line), self.publisher)
        self.staff = Visitor(operator=True)
        self.seal_with(KEY)

    def seal_with(self, *keys: str) -> None:
        """The keys that cookies are signed with, newest first."""
        self.seal = SignedCookies("session", keys, "session")
        self.keeping = SessionKeeping(self.sessions, self.seal, Lifetime(), self.clock, self.ids)
        self.group = Group(self.store, self.keeping, write=True)
        lanes = Lane(self.group), Lane(Group(self.store, self.keeping, write=False))  # not started: see `do`
        self.runner = Runner(*lanes, {"clock": self.clock, "ids": self.ids, "currency": EUR})

    def unit(self, by: By = None, *, write: bool = True) -> UnitOfWork:
        participant = SessionParticipant(self.browser(by), self.keeping)
        return UnitOfWork(Alone(self.store, write=write), participant, self.ids)

    def do(self, handler: Handler[R], command: Command | Query, by: By = None) -> R:
        """One unit, at once and alone."""
        unit = self.unit(by, write=isinstance(command, Command))
        return handler(command, unit, **self.runner.wanted_by(handler))

    def job(self, handler: Handler[Any], command: Command | Query, by: By = None, seconds: float = NO_HURRY) -> Job:
        """The same, to ride with others, within so many seconds."""
        wanted = self.runner.wanted_by(handler)
        return Job(
            lambda uow: handler(command, uow, **wanted), self.browser(by), time.monotonic() + seconds, command.needs
        )

    def run_for(self, by: By = None, *, seconds: float = NO_HURRY) -> Run:
        """For flows: each of their units at once and alone."""
        return AtOnce(self, self.browser(by), seconds)

    def wait(self, flow: Coroutine[Any, Any, R]) -> R:
        return asyncio.run(flow)

    def wait_a_while(self, **span: float) -> None:
        """Time passes, as much as `timedelta(**span)`."""
        self.clock.advance(timedelta(**span))

    def browser(self, by: By) -> Visitor:
        return by.browser if isinstance(by, Customer) else by or self.staff


class AtOnce(Run):
    """One visitor's units, run while the caller looks on."""

    def __init__(self, service: Service, visitor: Visitor, seconds: float) -> None:
        super().__init__(service.runner, visitor, time.monotonic() + seconds)
        self._service = service
        self._by = visitor

    async def __call__(self, handler: Handler[R], command: Command | Query) -> R:
        return self._service.do(handler, command, self._by)
