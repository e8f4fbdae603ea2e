"""Recovery: whoever finds a payment that nobody drives any more, drives it on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from domain.errors import DomainError
from service_layer.commands import ClaimPayments
from service_layer.flows.payments import Payments
from service_layer.handlers.ops import claim_payments
from service_layer.idempotency import InFlight
from service_layer.ports.errors import OutcomeUnknown, Unavailable
from service_layer.receipts import is_pending
from service_layer.runner import Run


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many payments have come to their end, and how many still wait."""

    resolved: int = 0
    still_pending: int = 0

    def __add__(self, other: Reconciled) -> Reconciled:
        return Reconciled(self.resolved + other.resolved, self.still_pending + other.still_pending)


async def reconcile(run: Run, payments: Payments, grace: timedelta = timedelta(0)) -> Reconciled:
    """Drives on every payment whose lease ran out longer than `grace` ago, in one batch."""
    claimed = await run(claim_payments, ClaimPayments(grace=grace))
    results = await asyncio.gather(*(_drive(run, payments, in_flight) for in_flight in claimed))
    return sum(results, Reconciled())


async def _drive(run: Run, payments: Payments, in_flight: InFlight) -> Reconciled:
    try:
        outcome = (await payments.drive(run, in_flight)).outcome
    except (Unavailable, OutcomeUnknown):
        return Reconciled(still_pending=1)
    pending = not isinstance(outcome, DomainError) and is_pending(outcome)
    return Reconciled(still_pending=1) if pending else Reconciled(resolved=1)
