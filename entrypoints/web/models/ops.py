"""What the staff sees, over the wire."""

from __future__ import annotations

from entrypoints.web.models.common import Out
from service_layer.flows.reconcile import Reconciled
from service_layer.ports.gateway import Charge
from service_layer.views import LawCount


class LawOut(Out):
    """One law, and how often it is violated."""

    law: str
    ok: bool
    violations: int


class LawsOut(Out):
    """Every law."""

    ok: bool
    laws: list[LawOut]

    @classmethod
    def of(cls, counts: list[LawCount]) -> LawsOut:
        laws = [LawOut(law=count.law, ok=count.ok, violations=count.violations) for count in counts]
        return cls(ok=all(law.ok for law in laws), laws=laws)


class ReconciledOut(Out):
    """How many payments have come to their end, and how many still wait."""

    resolved: int
    still_pending: int

    @classmethod
    def of(cls, reconciled: Reconciled) -> ReconciledOut:
        return cls(resolved=reconciled.resolved, still_pending=reconciled.still_pending)


class ChargeOut(Out):
    """What the sandbox knows of one payment; `amount` is in minor units."""

    key: str
    amount: int
    currency: str
    status: str

    @classmethod
    def of(cls, charge: Charge) -> ChargeOut:
        return cls(key=charge.key, amount=charge.amount.amount, currency=charge.amount.currency, status=charge.status)


class ChargesOut(Out):
    """All of them, oldest first."""

    data: list[ChargeOut]


class StatusOut(Out):
    """All is well."""

    status: str = "ok"


class ReadyOut(StatusOut):
    """Able to serve. `in_review` counts the payments that only a person can settle."""

    in_review: int
