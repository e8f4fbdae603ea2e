"""Behind the counter: the laws, recovery, the sandbox's books."""

from __future__ import annotations

from typing import Final

from domain.errors import Forbidden, NotFound, Unauthenticated
from entrypoints.web.admission import admit_staff
from entrypoints.web.declared import problems
from entrypoints.web.given import Run, Service
from entrypoints.web.models.ops import ChargeOut, ChargesOut, LawsOut, ReconciledOut
from entrypoints.web.route import router as new_router
from entrypoints.web.workers import in_the_background
from service_layer.commands import CheckLaws, Query
from service_layer.flows.reconcile import reconcile_all
from service_layer.handlers.ops import check_laws

ROUNDS: Final = 20  # of the relay, for one request

router = new_router("ops")


@router.get("/ops/invariants", responses=problems(Unauthenticated, Forbidden))
async def see_invariants(run: Run) -> LawsOut:
    """Every law, counted in the database."""
    return LawsOut.of(await run(check_laws, CheckLaws()))


@router.post("/ops/reconcile", responses=problems(Unauthenticated, Forbidden))
async def reconcile_payments(run: Run, services: Service) -> ReconciledOut:
    """Drive on whatever waits for the gateway, and deliver what is due."""
    await run(admit_staff, Query())
    reconciled = await reconcile_all(lambda: in_the_background(services), services.payments)
    for _ in range(ROUNDS):
        run = in_the_background(services)
        if not (await services.relay.at_once(run) or await services.relay.once(run)):
            break
    return ReconciledOut.of(reconciled)


@router.get("/ops/sandbox/charges", responses=problems(Unauthenticated, Forbidden, NotFound))
async def list_charges(run: Run, services: Service) -> ChargesOut:
    """What the payment sandbox knows, oldest first; not there with any other gateway."""
    await run(admit_staff, Query())
    if services.charges is None:
        raise NotFound("sandbox")
    return ChargesOut(data=[ChargeOut.of(charge) for charge in await services.charges.charges()])
