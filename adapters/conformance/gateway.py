"""The contract of a payment gateway, for every one that can be driven with the sandbox's tokens."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import timedelta
from functools import partial
from typing import Final, TypeAlias, TypeVar
from uuid import uuid4

import pytest

from domain.money import Currency, Money
from service_layer.ports.errors import GatewayRefused, GatewayTimeout, GatewayUnreachable
from service_layer.ports.gateway import Charge, ChargeStatus, PaymentGateway

GOOD: Final = "pm_card_visa"
DECLINED: Final = "pm_card_chargeDeclined"
SLOW: Final = "pm_sandbox_slow"
TIMES_OUT_CHARGED: Final = "pm_sandbox_timeout_charged"

PRICE: Final = Money(1200, Currency("EUR"))
PATIENCE: Final = 10.0
IMPATIENCE: Final = 0.01
CROWD: Final = 50

Result = TypeVar("Result")
OpenGateway: TypeAlias = Callable[[], AbstractAsyncContextManager[PaymentGateway]]


class Till:
    """The gateway as a plain test calls it: one call after the other, or many at once."""

    def __init__(self, gateway: PaymentGateway, runner: asyncio.Runner) -> None:
        self.gateway = gateway
        self._runner = runner

    def authorize(self, key: str, token: str = GOOD, amount: Money = PRICE, timeout: float = PATIENCE) -> Charge:
        return self.wait_for(self.gateway.authorize(key, token, amount, timeout=timeout))

    def capture(self, key: str) -> Charge:
        return self.wait_for(self.gateway.capture(key, timeout=PATIENCE))

    def void(self, key: str) -> Charge | None:
        return self.wait_for(self.gateway.void(key, timeout=PATIENCE))

    def refund(self, key: str) -> Charge:
        return self.wait_for(self.gateway.refund(key, timeout=PATIENCE))

    def lookup(self, key: str) -> Charge | None:
        return self.wait_for(self.gateway.lookup(key, timeout=PATIENCE))

    def status(self, key: str) -> ChargeStatus | None:
        charge = self.lookup(key)
        return charge and charge.status

    def wait_for(self, answer: Awaitable[Result]) -> Result:
        (result,) = self.at_once(answer)
        if isinstance(result, BaseException):
            raise result
        return result

    def at_once(self, *answers: Awaitable[Result]) -> list[Result | BaseException]:
        """What each of them answers or raises."""

        async def gather() -> list[Result | BaseException]:
            return await asyncio.gather(*answers, return_exceptions=True)

        return self._runner.run(gather())


Step: TypeAlias = Callable[[Till, str], Charge | None]

HISTORIES: Final[Mapping[str, Sequence[Step]]] = {
    "never seen": (),
    "spent": (Till.void,),
    "declined": (partial(Till.authorize, token=DECLINED),),
    "authorized": (Till.authorize,),
    "captured": (Till.authorize, Till.capture),
    "voided": (Till.authorize, Till.void),
    "refunded": (Till.authorize, Till.capture, Till.refund),
}


def live(history: str, till: Till, key: str) -> Charge | None:
    """What a key has been through, and what the gateway knows of it then."""
    for step in HISTORIES[history]:
        step(till, key)
    return till.lookup(key)


class GatewayContract:
    """Subclass it, say how a gateway is opened, and its tests are your certificate."""

    @pytest.fixture
    def open_gateway(self) -> OpenGateway:
        """Opens one that answers within `PATIENCE`, but for a slow card not within `IMPATIENCE`."""
        pytest.fail("a certificate says how its gateway is opened: override the fixture open_gateway")

    @pytest.fixture
    def till(self, open_gateway: OpenGateway) -> Iterator[Till]:
        with asyncio.Runner() as runner:
            opened = AsyncExitStack()
            yield Till(runner.run(opened.enter_async_context(open_gateway())), runner)
            runner.run(opened.aclose())

    @pytest.fixture
    def key(self) -> str:
        return str(uuid4())

    def test_a_good_card_is_authorized_even_after_a_look(self, till: Till, key: str) -> None:
        assert till.lookup(key) is None

        charge = till.authorize(key)

        assert (charge.key, charge.amount, charge.status) == (key, PRICE, ChargeStatus.AUTHORIZED)
        assert charge.decline_code is None and charge.created_at.utcoffset() == timedelta(0)
        assert till.lookup(key) == charge

    @pytest.mark.parametrize("token", [DECLINED, "pm_card_chargeDeclinedInsufficientFunds", "pm_nobody_knows_this_one"])
    def test_a_bad_card_is_declined_for_a_reason(self, till: Till, key: str, token: str) -> None:
        charge = till.authorize(key, token)

        assert charge.status is ChargeStatus.DECLINED and charge.decline_code
        assert till.lookup(key) == charge

    @pytest.mark.parametrize("token", [GOOD, DECLINED, SLOW])
    def test_a_repeat_gets_the_first_answer(self, till: Till, key: str, token: str) -> None:
        assert till.gateway.key_lifetime > timedelta(0)
        assert till.authorize(key, token) == till.authorize(key, token)

    @pytest.mark.parametrize("history", ["captured", "voided", "refunded"])
    def test_a_late_repeat_gets_the_first_answer_and_moves_nothing(self, till: Till, key: str, history: str) -> None:
        before = live(history, till, key)

        assert till.authorize(key).status is ChargeStatus.AUTHORIZED
        assert till.lookup(key) == before

    @pytest.mark.parametrize(
        ("token", "amount"),
        [(GOOD, Money(1201, Currency("EUR"))), (GOOD, Money(1200, Currency("USD"))), (DECLINED, PRICE)],
        ids=["amount", "currency", "card"],
    )
    def test_a_key_used_for_something_else_is_refused(self, till: Till, key: str, token: str, amount: Money) -> None:
        first = till.authorize(key)

        with pytest.raises(GatewayRefused):
            till.authorize(key, token, amount)

        assert till.lookup(key) == first

    @pytest.mark.parametrize("token", [GOOD, DECLINED, SLOW])
    def test_a_crowd_with_one_key_makes_one_charge(self, till: Till, key: str, token: str) -> None:
        answers = till.at_once(*(till.gateway.authorize(key, token, PRICE, timeout=PATIENCE) for _ in range(CROWD)))

        assert set(answers) == {till.lookup(key)}

    def test_a_crowd_with_a_key_each_makes_a_charge_each(self, till: Till, key: str) -> None:
        prices = {f"{key}-{number}": Money(number, PRICE.currency) for number in range(1, CROWD + 1)}

        till.at_once(*(till.gateway.authorize(key, GOOD, price, timeout=PATIENCE) for key, price in prices.items()))

        charges = [till.lookup(key) for key in prices]
        assert {charge.key: charge.amount for charge in charges if charge} == prices

    @pytest.mark.parametrize(
        ("history", "again", "status"),
        [
            ("captured", Till.capture, ChargeStatus.CAPTURED),
            ("voided", Till.void, ChargeStatus.VOIDED),
            ("refunded", Till.refund, ChargeStatus.REFUNDED),
            ("spent", Till.void, None),
        ],
    )
    def test_doing_it_again_changes_nothing(
        self, till: Till, key: str, history: str, again: Step, status: ChargeStatus | None
    ) -> None:
        before = live(history, till, key)

        assert till.status(key) is status
        assert again(till, key) == again(till, key) == till.lookup(key) == before

    @pytest.mark.parametrize(
        ("step", "history"),
        [
            *((Till.capture, history) for history in ("never seen", "spent", "declined", "voided", "refunded")),
            *((Till.refund, history) for history in ("never seen", "spent", "declined", "authorized", "voided")),
            *((Till.void, history) for history in ("captured", "refunded")),
        ],
    )
    def test_what_cannot_be_done_is_refused(self, till: Till, key: str, step: Step, history: str) -> None:
        before = live(history, till, key)

        with pytest.raises(GatewayRefused):
            step(till, key)

        assert till.lookup(key) == before

    def test_capture_and_void_at_once_have_one_winner(self, till: Till, key: str) -> None:
        live("authorized", till, key)

        answers = till.at_once(
            *(till.gateway.capture(key, timeout=PATIENCE) for _ in range(CROWD)),
            *(till.gateway.void(key, timeout=PATIENCE) for _ in range(CROWD)),
        )

        assert {answer for answer in answers if not isinstance(answer, GatewayRefused)} == {till.lookup(key)}

    def test_a_spent_key_charges_nobody(self, till: Till, key: str) -> None:
        assert till.void(key) is None

        assert till.authorize(key) == till.authorize(key) == till.lookup(key)
        assert till.status(key) is ChargeStatus.DECLINED

    def test_authorize_and_void_at_once_hold_no_money(self, till: Till, key: str) -> None:
        till.at_once(
            *(till.gateway.authorize(key, GOOD, PRICE, timeout=PATIENCE) for _ in range(CROWD)),
            till.gateway.void(key, timeout=PATIENCE),
            *(till.gateway.authorize(key, GOOD, PRICE, timeout=PATIENCE) for _ in range(CROWD)),
        )

        assert till.status(key) in (ChargeStatus.VOIDED, ChargeStatus.DECLINED)

    def test_a_timeout_may_have_charged(self, till: Till, key: str) -> None:
        with pytest.raises(GatewayTimeout):
            till.authorize(key, TIMES_OUT_CHARGED)

        assert till.status(key) is ChargeStatus.AUTHORIZED
        assert till.authorize(key, TIMES_OUT_CHARGED) == till.lookup(key)

    @pytest.mark.parametrize(
        ("token", "error"),
        [("pm_sandbox_timeout_uncharged", GatewayTimeout), ("pm_sandbox_unavailable", GatewayUnreachable)],
    )
    def test_a_failure_may_have_charged_nobody(self, till: Till, key: str, token: str, error: type[Exception]) -> None:
        for _ in range(2):
            with pytest.raises(error):
                till.authorize(key, token)

            assert till.lookup(key) is None

    def test_a_charge_comes_about_though_its_caller_has_given_up(self, till: Till, key: str) -> None:
        with pytest.raises(GatewayTimeout):
            till.authorize(key, SLOW, timeout=IMPATIENCE)

        deadline = time.monotonic() + PATIENCE
        while till.lookup(key) is None and time.monotonic() < deadline:
            till.wait_for(asyncio.sleep(IMPATIENCE))
        assert till.status(key) is ChargeStatus.AUTHORIZED
