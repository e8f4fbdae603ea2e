"""The service in one process, every port behind a tripwire; each unit is held against the model as soon as it ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from adapters.attempts.limited import Limit
from adapters.cookies.signed import SignedCookies
from adapters.passwords.argon2 import Argon2Passwords
from adapters.passwords.common import CommonPasswords
from adapters.payments.memory import MemoryGateway
from adapters.publishers.memory import MemoryPublisher
from adapters.sessions.stored import StoredSessions
from adapters.system.fixed import CountingIds, FixedClock
from domain.errors import DomainError
from service_layer.commands import Command, LogOut, Query
from service_layer.flows.identity import Identity
from service_layer.flows.payments import Payments
from service_layer.flows.relay import Relay
from service_layer.gateway import OutsideUnits
from service_layer.group import Group, Job, Outcome
from service_layer.handlers.sessions import log_out
from service_layer.lane import Lane
from service_layer.passwords import Passwords
from service_layer.ports.errors import OutcomeUnknown, Unavailable
from service_layer.ports.store import Store
from service_layer.runner import Handler, Run, Runner
from service_layer.session import Lifetime
from service_layer.session_participant import SessionKeeping, key_of_secret
from service_layer.visitor import Visitor
from tests.kit.asking import EUR
from tests.kit.riding import ride
from tests.torture.state_machine.inspector import Inspector, Unit
from tests.torture.state_machine.people import MOST_SEATS
from tests.torture.state_machine.wiring import Crash, Fault, Tripwire, Wired, WiredStore

R = TypeVar("R")
KEY: Final = "k" * 32
SECONDS: Final = 60.0  # that a request has
HASHER: Final = Argon2Passwords(memory_cost=8, time_cost=1)
POLICY: Final = CommonPasswords()


@dataclass(eq=False)
class Browser:
    """Keeps one cookie between requests, as it is told to."""

    jar: str | None = None


class House:
    """The real handlers, flows, units and lanes; one thread at a time is at work, so that each run is the same."""

    def __init__(self, store: Store) -> None:
        self.wire = Tripwire()
        self.clock = FixedClock()
        self.gateway = MemoryGateway(self.clock)
        self.seal = SignedCookies("session", [KEY], "session")
        ids, clock = self._wired(CountingIds(), "ids"), self._wired(self.clock, "clock")
        sessions, seal = self._wired(StoredSessions(), "sessions"), self._wired(self.seal, "seal")
        keeping = SessionKeeping(sessions, seal, Lifetime(), clock, ids, MOST_SEATS)
        wired_store = cast(Store, WiredStore(store, self.wire))
        self._groups = {write: Group(wired_store, keeping, write=write) for write in (True, False)}
        lanes = Lane(self._groups[True]), Lane(self._groups[False])
        self._runner = Runner(*lanes, {"clock": clock, "ids": ids, "currency": EUR})
        gateway = OutsideUnits(self._wired(self.gateway, "gateway"))
        self.payments = Payments(gateway, clock)
        self.relay = Relay(gateway, self._wired(MemoryPublisher(), "publisher"))
        self._passwords = Passwords(self._wired(HASHER, "hasher"), threads=1)
        attempts = Limit.parse("1000/minute")
        self.identity = Identity(self._passwords, self._wired(POLICY, "policy"), attempts)
        self.inspector = Inspector(store, self.clock, self.gateway)

    def close(self) -> None:
        self._passwords.close()

    def ask(self, browser: Browser | None, flow: Callable[[Run], Awaitable[R]], *faults: Fault) -> R | Exception:
        """One request; the staff's where there is no browser. The cookie goes as the web would have it (HTTP.md)."""
        visitor = Visitor(cookie=browser.jar) if browser else Visitor(operator=True)
        self.wire.arm(*faults)
        before = deepcopy(self.inspector.model)
        try:
            answer: R | Exception = asyncio.run(_awaited(flow(AtOnce(self, visitor))))
        except (DomainError, Unavailable, OutcomeUnknown) as error:
            answer = error
        except Crash as error:
            answer = error
            self._end(visitor)
        self.wire.arm()
        self.inspector.laws()
        if browser and isinstance(answer, Unavailable):
            self.inspector.nothing_happened_since(before)
        if browser and not isinstance(answer, (Unavailable, OutcomeUnknown)):
            if visitor.renewed and visitor.cookie:
                browser.jar = visitor.cookie
            elif visitor.dead:
                browser.jar = None
        return answer

    def ask_together(self, asked: Sequence[tuple[Browser | None, Handler[Any], Command]], *faults: Fault) -> None:
        """Requests of one unit each, which ride in one group. None of them gives the browser a new cookie."""
        self.wire.arm(*faults)
        visitors = [Visitor(cookie=browser.jar) if browser else Visitor(operator=True) for browser, _, _ in asked]
        units = [Unit(v, handler, command) for v, (_, handler, command) in zip(visitors, asked, strict=True)]
        outcomes = self.run(units)
        for (browser, _, _), visitor, outcome in zip(asked, visitors, outcomes, strict=True):
            if isinstance(outcome.error, Crash):
                self._end(visitor)
            if browser and visitor.dead:
                browser.jar = None
        self.wire.arm()
        self.inspector.laws()

    def run(self, units: Sequence[Unit]) -> list[Outcome]:
        """Runs them in one group, and sees to it that each has happened, or has not, in rows and session alike."""
        for unit in units:
            unit.by = self.key_of(unit.visitor.cookie)
        self.wire.done.clear()
        jobs = [self._job(number, unit) for number, unit in enumerate(units)]
        outcomes = ride(self._groups[isinstance(units[0].command, Command)], jobs)
        happened = _in_order_of_commit(self.wire.done)
        self.inspector.see(units, outcomes, happened, self.wire.sprung, self.key_of)
        return outcomes

    def key_of(self, cookie: str | None) -> str | None:
        """The key of the session that the cookie stands for."""
        opened = self.seal.open(cookie) if cookie else None
        return key_of_secret(opened.content) if opened else None

    def _job(self, number: int, unit: Unit) -> Job:
        wanted = self._runner.wanted_by(unit.handler)

        def work(uow: Any) -> Any:
            unit.told = unit.handler(unit.command, uow, **wanted)
            self.wire.done.append(number)
            return unit.told

        return Job(work, unit.visitor, time.monotonic() + SECONDS, unit.command.needs)

    def _end(self, visitor: Visitor) -> None:
        """After a crash nobody knows what the session is worth."""
        self.wire.arm()
        came = visitor.cookie is not None
        self.run([Unit(visitor, log_out, LogOut())])
        visitor.forget_cookie()
        visitor.dead = came

    def _wired(self, port: object, name: str) -> Any:
        return Wired(port, name, self.wire)


class AtOnce(Run):
    """One visitor's units, each run while the caller looks on."""

    def __init__(self, house: House, visitor: Visitor) -> None:
        self._house = house
        self._visitor = visitor

    async def __call__(self, handler: Handler[R], command: Command | Query) -> R:
        (outcome,) = self._house.run([Unit(self._visitor, handler, command)])
        if outcome.error is not None:
            raise outcome.error
        return outcome.result

    def seconds_left(self) -> float:
        return SECONDS


async def _awaited(flow: Awaitable[R]) -> R:
    return await flow


def _in_order_of_commit(done: Sequence[str | int]) -> list[int]:
    """The numbers of the units whose transaction was committed, each as often as that happened."""
    happened: list[int] = []
    riding: list[int] = []
    for what in done:
        if isinstance(what, int):
            riding.append(what)
        elif what == "store.begin":
            riding = []
        elif what == "rows.commit":
            happened += riding
    return happened
