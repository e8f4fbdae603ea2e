"""The relay: delivers what units have left in the outbox, to the gateway and to the world."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from domain.payments import PaymentStatus
from service_layer.commands import ClaimMessages, CloseMessages
from service_layer.flows.payments import ASKED
from service_layer.handlers.ops import Delivery, claim_messages
from service_layer.handlers.payments import close_messages
from service_layer.handoff import Handoff
from service_layer.outbox import SESSION, Task
from service_layer.ports.errors import GatewayRefused, GatewayTimeout, GatewayUnreachable
from service_layer.ports.gateway import PaymentGateway
from service_layer.ports.publisher import Publisher
from service_layer.ports.sessions import FollowingSessions
from service_layer.runner import Run

BATCH = 50  # messages; whoever comes after them in the lane waits for all
log = logging.getLogger("lockstep.relay")


@dataclass(frozen=True, slots=True)
class Relay:
    """At least once for every message, and one relay at a time for each; what fails is tried again later."""

    gateway: PaymentGateway
    publisher: Publisher
    sessions: FollowingSessions | None = None
    handoff: Handoff | None = None

    async def once(self, run: Run) -> int:
        """Delivers a batch of what is due; how many messages are done for good."""
        return await self._deliver(run, await run(claim_messages, ClaimMessages(limit=BATCH)))

    async def at_once(self, run: Run) -> int:
        """Delivers a batch of what units of this process have just committed; how many messages that were."""
        batch = [Delivery.of(message) for message in self.handoff.take(BATCH)] if self.handoff else []
        await self._deliver(run, batch)
        return len(batch)

    async def _deliver(self, run: Run, batch: Sequence[Delivery]) -> int:
        if not batch:
            return 0
        done = await self._tell_of_sessions(run, [delivery for delivery in batch if delivery.name == SESSION])
        done += await self._carry_out_all(run, [delivery for delivery in batch if delivery.task])
        events = [delivery for delivery in batch if not delivery.task and delivery.name != SESSION]
        return done + await self._publish(run, events)

    async def _tell_of_sessions(self, run: Run, changes: Sequence[Delivery]) -> int:
        """Before anything that may take its time: until then a session that has ended can be read."""
        if not changes:
            return 0
        if self.sessions is not None:  # else they are kept elsewhere since, where nobody has to be told
            try:
                await asyncio.to_thread(self.sessions.follow, [change.payload for change in changes])
            except Exception as error:
                log.warning("sessions could not be told of: %s", type(error).__name__)
                return 0
        await run(close_messages, CloseMessages(messages=tuple(change.id for change in changes), outcomes={}))
        return len(changes)

    async def _carry_out_all(self, run: Run, tasks: Sequence[Delivery]) -> int:
        """Money first: whatever becomes of the events, it is booked."""
        reached = list(zip(tasks, await asyncio.gather(*map(self._carry_out, tasks)), strict=True))
        canceled = {task.payment_id for task in tasks if task.task is not Task.CAPTURE}
        outcomes = {
            task.payment_id: status
            for task, status in reached
            if status and not (task.task is Task.CAPTURE and task.payment_id in canceled)
        }  # whether a capture was still possible tells nothing of a payment that is to be given back
        accounts = tuple({task.account_id for task in tasks if task.account_id})
        done = tuple(task.id for task, status in reached if status)
        if done:
            await run(close_messages, CloseMessages(messages=done, outcomes=outcomes, accounts=accounts))
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
        except Exception as error:  # a bug in one delivery must not keep the others back
            log.warning("%s of %s failed: %s", delivery.name, key, type(error).__name__)
            return None

    async def _voided(self, key: str) -> bool:
        """False where the capture was faster: then it takes a refund."""
        try:
            await self.gateway.void(key, timeout=ASKED)
        except GatewayRefused:
            return False
        return True

    async def _publish(self, run: Run, events: Sequence[Delivery]) -> int:
        if not events:
            return 0
        try:
            async with asyncio.timeout(ASKED):
                await self.publisher.publish([(event.id, event.name, event.payload) for event in events])
        except Exception as error:  # a listener's trouble is not ours: it is told again later
            log.warning("events could not be published: %s", type(error).__name__)
            return 0
        await run(close_messages, CloseMessages(messages=tuple(event.id for event in events), outcomes={}))
        return len(events)
