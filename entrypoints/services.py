"""What the web layer is given: the running service, without the name of any adapter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from entrypoints.settings import Settings
from service_layer.flows.identity import Identity
from service_layer.flows.payments import Payments
from service_layer.flows.relay import Relay
from service_layer.ports.gateway import Charge
from service_layer.ports.ids import Ids
from service_layer.ports.sessions import SessionCapabilities
from service_layer.runner import Runner


class Charges(Protocol):
    """A gateway that shows its books, as only the sandbox does."""

    async def charges(self) -> Sequence[Charge]:
        """All of them, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """One process's service, ready to be started. `ready` says what is missing, or None."""

    settings: Settings
    runner: Runner
    identity: Identity
    payments: Payments
    relay: Relay
    ids: Ids
    sessions: SessionCapabilities
    charges: Charges | None
    ready: Callable[[], str | None]
    close: Callable[[], None]
