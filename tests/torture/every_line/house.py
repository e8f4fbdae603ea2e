"""The whole service in one process, without HTTP: real lanes, a real database file, the real sandbox gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from adapters.payments.sandbox import SandboxGateway
from adapters.publishers.memory import MemoryPublisher
from service_layer.commands import Command, Keyed
from service_layer.flows.payments import Payments
from service_layer.flows.reconcile import reconcile
from service_layer.flows.relay import Relay
from service_layer.gateway import OutsideUnits
from service_layer.group import Group
from service_layer.lane import Lane
from service_layer.ports.ids import Ids
from service_layer.ports.store import Store
from service_layer.runner import Handler, Run, Runner
from service_layer.visitor import Visitor
from tests.kit.asking import EUR
from tests.kit.shop import Customer, Shop

DATABASE: Final = "sqlite:///lockstep.db"
SANDBOX: Final = Path("sandbox.db")  # both in the working directory, so that a copy of it is a copy of everything
SECONDS: Final = 15.0  # what a request has
LATER: Final = timedelta(seconds=15)  # past every lease, and past every relay's claim


@dataclass(frozen=True)
class Request:
    """What a customer asks. With a key it may be repeated, and is answered alike."""

    by: Customer
    handler: Handler[Any]
    command: Command


class House:
    """One life of the service. `shop` lends its people, its clock and its seal."""

    def __init__(self, shop: Shop, store: Store, ids: Ids) -> None:
        self.clock = shop.clock
        self.store = store
        self.sandbox = SandboxGateway(SANDBOX, clock=shop.clock, timeout_after=0.0)
        gateway = OutsideUnits(self.sandbox)
        keeping = replace(shop.keeping, ids=ids)
        self.writing = Lane(Group(store, keeping, write=True))
        self.reading = Lane(Group(store, keeping, write=False))
        dependencies = {"clock": shop.clock, "ids": ids, "currency": EUR}
        self.runner = Runner(self.writing, self.reading, dependencies)
        self.payments = Payments(gateway, shop.clock)
        self.relay = Relay(gateway, MemoryPublisher())

    def run_for(self, customer: Customer | None) -> Run:
        """As the staff where it is nobody. Each request comes with the cookie that the customer has by now."""
        visitor = Visitor(cookie=customer.browser.cookie) if customer else Visitor(operator=True)
        return self.runner.for_visitor(visitor, SECONDS)

    async def ask(self, request: Request) -> Any:
        """What the client is told: a receipt, or the refusal. Raises refusals that are not kept, and outages."""
        run = self.run_for(request.by)
        if isinstance(request.command, Keyed):
            return (await self.payments.pay(run, request.handler, request.command)).outcome
        return await run(request.handler, request.command)

    async def ask_together(self, requests: Sequence[Request], heard: Callable[[int, Any], None]) -> None:
        """All of them are waiting before the lane starts, so that they ride in one group."""

        async def ask(number: int, request: Request) -> None:
            heard(number, await self.ask(request))

        asked = [asyncio.ensure_future(ask(number, request)) for number, request in enumerate(requests)]
        for _ in range(3):
            await asyncio.sleep(0)
        self.writing.start()
        await asyncio.gather(*asked)

    async def recover(self) -> None:
        """What the service does by itself, once round."""
        run = self.run_for(None)
        await reconcile(run, self.payments)
        await self.relay.once(run)

    def close(self) -> None:
        self.runner.stop()
        self.sandbox.close()
        self.store.close()
