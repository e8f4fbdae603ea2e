"""Background work of one process: the relay, and the recovery of payments that nobody drives any more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final, TypeVar

import structlog
from structlog.typing import FilteringBoundLogger

from entrypoints.services import Services
from service_layer.commands import ClaimPayments, Command, Query
from service_layer.flows.reconcile import drive_on
from service_layer.flows.relay import BATCH
from service_layer.handlers.ops import claim_payments
from service_layer.idempotency import InFlight
from service_layer.ports.errors import OutcomeUnknown, Unavailable
from service_layer.runner import Handler, Run
from service_layer.visitor import Visitor

SOON: Final = 0.05  # seconds between two looks at what units of this process have left
IDLE: Final = 0.2  # seconds between two looks into an outbox that had little
RECONCILE_EVERY: Final = 0.25  # seconds; with the grace and what the gateway may take, less than five
ABREAST: Final = 10  # batches of payments that are driven on at once
GRACE: Final = timedelta(seconds=0.5)  # a client that still asks goes first
STEP: Final = 20.0  # seconds for all of one step, which may have to wait for the gateway
UNIT: Final = 1.0  # seconds for each unit of it: whoever comes after it in the lane waits as long
FAREWELL: Final = 5.0  # seconds that a step has to come to its end when the process stops

R = TypeVar("R")
log: FilteringBoundLogger = structlog.get_logger("lockstep.background")


class Patient(Run):
    """Time enough for the gateway, but not in the lane, where people wait."""

    async def __call__(self, handler: Handler[R], command: Command | Query) -> R:
        return await self._runner.for_visitor(self._visitor, UNIT)(handler, command)


def in_the_background(services: Services) -> Run:
    """Units on nobody's behalf: no session is touched."""
    return Patient(services.runner, Visitor(operator=True), time.monotonic() + STEP)


class Workers:
    """Loops that outlive every failure. What one step leaves undone, the next or another process does."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._handoff = services.relay.handoff
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._driving: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        if self._handoff:
            self._handoff.open()
        self._tasks = [
            asyncio.create_task(self._loop("handoff", self._deliver, SOON)),
            asyncio.create_task(self._loop("relay", self._relay, IDLE)),
            asyncio.create_task(self._loop("reconcile", self._reconcile, RECONCILE_EVERY)),
        ]

    async def stop(self) -> None:
        """Lets what is under way come to its end, for a while."""
        if self._handoff:
            self._handoff.close()
        self._stopping.set()
        try:
            async with asyncio.timeout(FAREWELL):
                await asyncio.wait(self._tasks)
                await asyncio.gather(*self._driving)
                await self._deliver_the_rest()
        except TimeoutError:
            late = {*self._tasks, *self._driving}
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _deliver_the_rest(self) -> None:
        """What cannot be is found by whoever comes after us."""
        try:
            while await self._deliver():
                pass
        except Exception as error:
            _tell("handoff", error)

    async def _deliver(self) -> bool:
        return await self._services.relay.at_once(in_the_background(self._services)) >= BATCH

    async def _relay(self) -> bool:
        return await self._services.relay.once(in_the_background(self._services)) >= BATCH

    async def _reconcile(self) -> bool:
        """Whoever the gateway is slow about keeps nobody else waiting: the next batch goes on beside this one."""
        if len(self._driving) >= ABREAST:
            return False
        run, claim = in_the_background(self._services), ClaimPayments(grace=GRACE)
        if claimed := await run(claim_payments, claim):
            driving = asyncio.create_task(self._drive(run, claimed))
            self._driving.add(driving)
            driving.add_done_callback(self._driving.discard)
        return len(claimed) >= claim.limit

    async def _drive(self, run: Run, claimed: Sequence[InFlight]) -> None:
        try:
            await drive_on(run, self._services.payments, claimed)
        except Exception as error:
            _tell("reconcile", error)

    async def _loop(self, name: str, step: Callable[[], Awaitable[bool]], pause: float) -> None:
        """`step` says whether there is more to do at once. A failure is told when it begins, and when it is over."""
        failing = False
        while not self._stopping.is_set():
            try:
                more = await step()
            except Exception as error:
                if not failing:
                    _tell(name, error)
                failing, more = True, False
            else:
                if failing:
                    log.info("worker recovered", worker=name)
                failing = False
            if not more:
                await self._rest(pause)

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


def _tell(name: str, error: Exception) -> None:
    if isinstance(error, (Unavailable, OutcomeUnknown)):
        log.warning("worker waits", worker=name, reason=str(error))
    else:
        log.error("worker failed", worker=name, exc_info=error)
