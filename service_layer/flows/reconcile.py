"""Recovery: whoever finds a payment that nobody drives any more, drives it on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.errors import DomainError
from service_layer.commands import ClaimPayments, CountWaiting
from service_layer.flows.payments import Payments
from service_layer.handlers.ops import claim_payments, count_waiting
from service_layer.idempotency import LEASE, InFlight
from service_layer.ports.errors import OutcomeUnknown, Unavailable
from service_layer.receipts import is_pending
from service_layer.runner import Run

PAUSE = timedelta(seconds=0.25)  # between two looks at what others drive


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many payments have come to their end, and how many still wait."""

    resolved: int = 0
    still_pending: int = 0

    def __add__(self, other: Reconciled) -> Reconciled:
        return Reconciled(self.resolved + other.resolved, self.still_pending + other.still_pending)


async def reconcile(run: Run, payments: Payments, grace: timedelta = timedelta(0)) -> Reconciled:
    """Drives on every payment whose lease ran out longer than `grace` ago, in one batch."""
    return await drive_on(run, payments, await run(claim_payments, ClaimPayments(grace=grace)))


async def drive_on(run: Run, payments: Payments, claimed: Sequence[InFlight]) -> Reconciled:
    """What the caller has claimed, all at once."""
    results = await asyncio.gather(*(_drive(run, payments, in_flight) for in_flight in claimed))
    return sum(results, Reconciled())


async def reconcile_all(run_anew: Callable[[], Run], payments: Payments) -> Reconciled:
    """Drives on whatever waits, and waits in turn for what others drive, for as long as a lease lasts."""
    before = left = await _waiting(run_anew())
    resolved, patience = 0, payments.clock.now() + LEASE + PAUSE
    while left and payments.clock.now() < patience:
        done = await reconcile(run_anew(), payments)
        resolved += done.resolved
        left = await _waiting(run_anew())
        if left and not done.resolved:
            await asyncio.sleep(PAUSE.total_seconds())
    return Reconciled(max(resolved, before - left), left)


async def _waiting(run: Run) -> int:
    return await run(count_waiting, CountWaiting())


async def _drive(run: Run, payments: Payments, in_flight: InFlight) -> Reconciled:
    try:
        outcome = (await payments.drive(run, in_flight)).outcome
    except (Unavailable, OutcomeUnknown):
        return Reconciled(still_pending=1)
    pending = not isinstance(outcome, DomainError) and is_pending(outcome)
    return Reconciled(still_pending=1) if pending else Reconciled(resolved=1)
