"""Work on the service by whoever runs it: the same flows and handlers, without HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from domain.users import Email
from entrypoints import logs
from entrypoints.container import built, services
from entrypoints.services import Services
from entrypoints.settings import Settings
from entrypoints.signals import end_at_signals, end_if_told, told_to_end
from entrypoints.trouble import CannotStart
from service_layer.commands import CheckLaws, ClearExpired, DisableUser, EnableUser, GrantStaff, SeeReviews
from service_layer.flows.reconcile import Reconciled, reconcile_all
from service_layer.handlers.ops import check_laws, see_reviews
from service_layer.handlers.sessions import clear_expired
from service_layer.handlers.users import disable_user, enable_user, grant_staff
from service_layer.runner import Run
from service_layer.views import LawCount, Review
from service_layer.visitor import Visitor

R = TypeVar("R")
PAUSE: Final = 0.5  # seconds between two looks into an empty outbox


@dataclass(frozen=True, slots=True)
class Operator:
    """May do what the staff may, and what only the machines do."""

    services: Services

    def run(self) -> Run:
        """Units on nobody's behalf, with a request's time."""
        return self.services.runner.for_visitor(Visitor(operator=True), self.services.settings.request_deadline_seconds)

    async def deliver(self) -> int:
        """Everything that is due; how many messages."""
        delivered = 0
        while done := await self.services.relay.once(self.run()):
            delivered += done
        return delivered

    async def keep_delivering(self) -> None:
        """Until the process is told to stop."""
        while not told_to_end():
            await self.deliver()
            await asyncio.sleep(PAUSE)

    async def recover(self) -> Reconciled:
        """Drives on every payment that nobody drives any more, and delivers what comes of it."""
        reconciled = await reconcile_all(self.run, self.services.payments)
        await self.deliver()
        return reconciled

    async def reviews(self) -> list[Review]:
        """Payments that wait for a person."""
        return await self.run()(see_reviews, SeeReviews())

    async def count_laws(self) -> list[LawCount]:
        return await self.run()(check_laws, CheckLaws())

    async def clear_expired(self) -> int:
        """Sessions and idempotency keys that have ended by themselves, in batches; how many."""
        cleared = 0
        while batch := await self.run()(clear_expired, ClearExpired()):
            cleared += batch
        return cleared

    async def grant_staff(self, email: Email) -> None:
        """Raises `NotFound`."""
        await self.run()(grant_staff, GrantStaff(email=email))

    async def disable(self, email: Email) -> None:
        """Raises `NotFound`."""
        await self.run()(disable_user, DisableUser(whom=email))

    async def enable(self, email: Email) -> None:
        """Raises `NotFound`."""
        await self.run()(enable_user, EnableUser(whom=email))


def as_operator(settings: Settings, work: Callable[[Operator], Awaitable[R]]) -> R:
    """Does it on the database that the settings name. Raises `CannotStart`, and what the work raises."""
    end_at_signals()
    logs.set_up(readable=settings.development)
    with built(settings) as container:
        if missing := container.readiness().look():
            raise CannotStart(missing)
        operator = Operator(services(container))
        end_if_told()
        operator.services.runner.start()
        try:
            return asyncio.run(_awaited(work(operator)))
        finally:
            operator.services.runner.stop()


def migrate(settings: Settings) -> None:
    """Brings the schema up to date. Raises `CannotStart`."""
    logs.set_up(readable=settings.development)
    with built(settings) as container:
        if missing := container.readiness().look(migrate=True):
            raise CannotStart(missing)


async def _awaited(work: Awaitable[R]) -> R:
    return await work
