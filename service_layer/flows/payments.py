"""Driving a payment on from wherever it stands: ask the gateway, settle, and for a deposit capture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from service_layer.commands import BookDeposit, Keyed, Settle, Verdict
from service_layer.handlers.payments import book_deposit, settle
from service_layer.idempotency import Answer, InFlight
from service_layer.ports.clock import Clock
from service_layer.ports.errors import (
    GatewayRefused,
    GatewayTimeout,
    GatewayUnreachable,
    OutcomeUnknown,
    Unavailable,
)
from service_layer.ports.gateway import Charge, ChargeStatus, PaymentGateway
from service_layer.receipts import Receipt
from service_layer.runner import Handler, Run

ASKED = 4.0  # seconds the gateway has for one answer, less than a lease
TO_ASK = 0.8  # of the request's time; the rest is for writing down what the gateway said
NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True)
class Payments:
    """What paying takes: the gateway, and the time."""

    gateway: PaymentGateway
    clock: Clock

    async def pay(self, run: Run, handler: Handler[Answer[Receipt] | InFlight], command: Keyed) -> Answer[Receipt]:
        """The answer to an order or a deposit, by way of the gateway where it takes one."""
        done = await run(handler, command)
        return await self.drive(run, done) if isinstance(done, InFlight) else done

    async def drive(self, run: Run, in_flight: InFlight) -> Answer[Receipt]:
        """From authorizing to an answer. Raises `Unavailable` where the gateway could not be asked at all."""
        end = self.clock.now() + timedelta(seconds=run.seconds_left() * TO_ASK)
        verdict, decline_code = await self._verdict(replace(in_flight, leased_until=min(in_flight.leased_until, end)))
        answer = await _settled(run, Settle.of(in_flight, verdict, decline_code))
        if answer is None:
            raise Unavailable("The payment gateway cannot be reached.")
        if verdict is Verdict.AUTHORIZED and in_flight.account_id is not None:
            return await self._capture_deposit(run, in_flight) or answer
        return answer

    async def _verdict(self, in_flight: InFlight) -> tuple[Verdict, str]:
        """The first attempt asks; a later one looks first, and asks again while the key still stands for the same."""
        try:
            if in_flight.attempts == 1:
                return _said(await self._authorize(in_flight))
            charge = await self.gateway.lookup(in_flight.payment_id, timeout=self._time_for(in_flight))
            if charge is not None:
                return _said(charge)
            if self.clock.now() - in_flight.created_at >= self.gateway.key_lifetime:
                return Verdict.LOST, ""
            return await self._ask_again(in_flight)
        except GatewayUnreachable:
            return Verdict.UNREACHED, ""
        except GatewayTimeout:
            return Verdict.UNKNOWN, ""
        except GatewayRefused:
            return Verdict.LOST, ""

    async def _ask_again(self, in_flight: InFlight) -> tuple[Verdict, str]:
        """Where that is not answered either, the key is spent, so that nothing can come of it later."""
        try:
            return _said(await self._authorize(in_flight))
        except (GatewayTimeout, GatewayUnreachable):
            charge = await self.gateway.lookup(in_flight.payment_id, timeout=self._time_for(in_flight))
        if charge is not None:
            return _said(charge)
        await self.gateway.void(in_flight.payment_id, timeout=self._time_for(in_flight))
        return Verdict.DECLINED, NO_ANSWER

    async def _authorize(self, in_flight: InFlight) -> Charge:
        timeout = self._time_for(in_flight)
        return await self.gateway.authorize(in_flight.payment_id, in_flight.token, in_flight.amount, timeout=timeout)

    async def _capture_deposit(self, run: Run, in_flight: InFlight) -> Answer[Receipt] | None:
        """A deposit is answered once the money is in; None where that is unknown and left to the relay."""
        try:
            await self.gateway.capture(in_flight.payment_id, timeout=_time_left(run))
            return await run(book_deposit, BookDeposit.of(in_flight))
        except (GatewayUnreachable, GatewayTimeout, GatewayRefused, Unavailable, OutcomeUnknown):
            return None

    def _time_for(self, in_flight: InFlight) -> float:
        """Seconds to wait for an answer, within the lease. Raises `GatewayTimeout` once that has run out."""
        left = (in_flight.leased_until - self.clock.now()).total_seconds()
        if left <= 0:
            raise GatewayTimeout
        return min(ASKED, left)


def _time_left(run: Run) -> float:
    """Seconds to wait for an answer, within the request's. Raises `GatewayTimeout` once those are over."""
    left = run.seconds_left() * TO_ASK
    if left <= 0:
        raise GatewayTimeout
    return min(ASKED, left)


async def _settled(run: Run, command: Settle) -> Answer[Receipt] | None:
    """The order is durable by now: where it cannot be settled, it is not for us to say that nothing has happened."""
    try:
        return await run(settle, command)
    except Unavailable as outage:
        raise OutcomeUnknown from outage


def _said(charge: Charge) -> tuple[Verdict, str]:
    if charge.status in (ChargeStatus.AUTHORIZED, ChargeStatus.CAPTURED):
        return Verdict.AUTHORIZED, ""
    return Verdict.DECLINED, charge.decline_code or charge.status
