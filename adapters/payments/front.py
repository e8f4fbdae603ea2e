"""The sandbox as its callers meet it: what each token does, and how long that takes."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from adapters.payments import rules, tokens
from adapters.payments.rules import Entry, Found, Known
from domain.money import Money
from service_layer.ports.clock import Clock
from service_layer.ports.errors import GatewayTimeout, GatewayUnreachable
from service_layer.ports.gateway import Charge, ChargeStatus


class Front(ABC):
    """A payment gateway that does as its tokens say, wherever it keeps its records.

    A caller who stops waiting changes nothing: what was asked still happens, as at a real gateway.
    """

    def __init__(self, clock: Clock, *, timeout_after: float, slow_seconds: float) -> None:
        self._clock = clock
        self._timeout_after = timeout_after
        self._slow_seconds = slow_seconds
        self._under_way: set[asyncio.Task[Charge]] = set()

    @abstractmethod
    def _ask(self, key: str, step: Callable[[Known], Found]) -> Awaitable[Found]:
        """Takes the step on what is known of the key, as one; answers once it is recorded."""

    @property
    def key_lifetime(self) -> timedelta:
        """Stripe's, at the least (https://docs.stripe.com/api/idempotent_requests); the sandbox forgets nothing."""
        return timedelta(hours=24)

    async def authorize(self, key: str, token: str, amount: Money, *, timeout: float) -> Charge:
        async with _within(timeout):
            match token:
                case tokens.UNAVAILABLE:
                    raise GatewayUnreachable("The sandbox gateway cannot be reached with this token.")
                case tokens.TIMEOUT_UNCHARGED:
                    raise await self._silence()
                case tokens.TIMEOUT_CHARGED:
                    return await self._see_through(self._record_silently(key, token, amount))
                case tokens.SLOW:
                    return await self._see_through(self._record_slowly(key, token, amount))
                case _:
                    return await self._record(key, token, amount)

    async def capture(self, key: str, *, timeout: float) -> Charge:
        async with _within(timeout):
            return (await self._ask(key, rules.capture)).charge

    async def void(self, key: str, *, timeout: float) -> Charge | None:
        async with _within(timeout):
            return _charge(await self._ask(key, rules.void))

    async def refund(self, key: str, *, timeout: float) -> Charge:
        async with _within(timeout):
            return (await self._ask(key, rules.refund)).charge

    async def lookup(self, key: str, *, timeout: float) -> Charge | None:
        async with _within(timeout):
            return _charge(await self._ask(key, rules.look))

    async def _is_new(self, key: str) -> bool:
        return _charge(await self._ask(key, rules.look)) is None

    async def _record(self, key: str, token: str, amount: Money) -> Charge:
        decline_code = tokens.decline_code(token)
        status = ChargeStatus.DECLINED if decline_code else ChargeStatus.AUTHORIZED
        asked = Entry(Charge(key, amount, status, self._clock.now(), decline_code), tokens.fingerprint(key, token))
        return (await self._ask(key, partial(rules.authorize, asked))).first_answer

    async def _record_slowly(self, key: str, token: str, amount: Money) -> Charge:
        """A repeat is answered at once."""
        if await self._is_new(key):
            await asyncio.sleep(self._slow_seconds)
        return await self._record(key, token, amount)

    async def _record_silently(self, key: str, token: str, amount: Money) -> Charge:
        """A repeat is answered."""
        is_new = await self._is_new(key)
        charge = await self._record(key, token, amount)
        if is_new:
            raise await self._silence()
        return charge

    async def _silence(self) -> GatewayTimeout:
        await asyncio.sleep(self._timeout_after)
        return GatewayTimeout("The sandbox gateway did not answer, as its token asks for.")

    async def _see_through(self, work: Coroutine[None, None, Charge]) -> Charge:
        """Does the work to its end, even where its caller stops waiting for it."""
        task = asyncio.create_task(work)
        self._under_way.add(task)  # the loop alone would let it be collected half-done
        task.add_done_callback(self._put_away)
        return await asyncio.shield(task)

    def _put_away(self, task: asyncio.Task[Charge]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # its caller may be gone; asyncio need not report that nobody heard


def _charge(known: Known) -> Charge | None:
    return known.charge if isinstance(known, Entry) else None


@asynccontextmanager
async def _within(seconds: float) -> AsyncGenerator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise GatewayTimeout("The sandbox gateway did not answer in time.") from None
