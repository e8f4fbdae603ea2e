"""The relay: delivers what units have left in the outbox, to the gateway and to the world."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from domain.payments import PaymentStatus
from service_layer.commands import ClaimMessages, CloseMessages
from service_layer.flows.payments import ASKED
from service_layer.handlers.ops import Delivery, claim_messages
from service_layer.handlers.payments import close_messages
from service_layer.outbox import Task
from service_layer.ports.errors import GatewayRefused, GatewayTimeout, GatewayUnreachable, Unavailable
from service_layer.ports.gateway import PaymentGateway
from service_layer.ports.publisher import Publisher
from service_layer.runner import Run

BATCH = 200


@dataclass(frozen=True, slots=True)
class Relay:
    """At least once for every message, and one relay at a time for each; what fails is tried again later."""

    gateway: PaymentGateway
    publisher: Publisher

    async def once(self, run: Run) -> int:
        """Delivers a batch of what is due; how many messages are done for good."""
        batch = await run(claim_messages, ClaimMessages(limit=BATCH))
        if not batch:
            return 0
        tasks = [delivery for delivery in batch if delivery.task]
        reached = await asyncio.gather(*(self._carry_out(delivery) for delivery in tasks))
        canceled = {task.payment_id for task in tasks if task.task is not Task.CAPTURE}
        outcomes = {
            task.payment_id: status
            for task, status in zip(tasks, reached, strict=True)
            if status and not (task.task is Task.CAPTURE and task.payment_id in canceled)
        }  # whether a capture was still possible tells nothing of a payment that is to be given back
        done = [task for task, status in zip(tasks, reached, strict=True) if status]
        done += await self._publish([delivery for delivery in batch if not delivery.task])
        accounts = tuple({task.account_id for task in tasks if task.account_id})
        messages = tuple(delivery.id for delivery in done)
        await run(close_messages, CloseMessages(messages=messages, outcomes=outcomes, accounts=accounts))
        return len(done)

    async def _carry_out(self, delivery: Delivery) -> PaymentStatus | None:
        """What the payment has reached at the gateway; None where that is not known yet."""
        key = delivery.payment_id
        try:
            if delivery.task is Task.CAPTURE:
                await self.gateway.capture(key, timeout=ASKED)
                return PaymentStatus.CAPTURED
            if delivery.task is Task.VOID and await self._voided(key):
                return PaymentStatus.VOIDED
            await self.gateway.refund(key, timeout=ASKED)
            return PaymentStatus.REFUNDED
        except (GatewayUnreachable, GatewayTimeout):
            return None
        except GatewayRefused:
            return PaymentStatus.REVIEW

    async def _voided(self, key: str) -> bool:
        """False where the capture was faster: then it takes a refund."""
        try:
            await self.gateway.void(key, timeout=ASKED)
        except GatewayRefused:
            return False
        return True

    async def _publish(self, events: Sequence[Delivery]) -> list[Delivery]:
        try:
            await self.publisher.publish([(event.id, event.name, event.payload) for event in events])
        except Unavailable:
            return []
        return list(events)
