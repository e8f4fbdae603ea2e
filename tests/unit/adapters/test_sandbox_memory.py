"""The sandbox in memory: certified, and what the port alone does not show."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from adapters.conformance.gateway import PRICE, GatewayContract, OpenGateway
from adapters.payments.memory import MemoryGateway
from domain.money import Money
from service_layer.ports.errors import GatewayTimeout, GatewayUnreachable
from service_layer.ports.gateway import Charge, ChargeStatus

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


class StoppedClock:
    def now(self) -> datetime:
        return NOON


def authorize(gateway: MemoryGateway, key: str, token: str = "pm_card_visa", amount: Money = PRICE) -> Charge:  # noqa: S107
    return asyncio.run(gateway.authorize(key, token, amount, timeout=5))


@pytest.fixture
def gateway() -> MemoryGateway:
    return MemoryGateway(StoppedClock())


class TestMemoryGateway(GatewayContract):
    @pytest.fixture
    def open_gateway(self) -> OpenGateway:
        @asynccontextmanager
        async def opened() -> AsyncIterator[MemoryGateway]:
            yield MemoryGateway(StoppedClock(), slow_seconds=0.05)

        return opened


@pytest.mark.parametrize(
    ("token", "decline_code"),
    [
        ("pm_card_chargeDeclined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("tok_unheard_of", "invalid_token"),
        ("", "invalid_token"),
    ],
)
def test_a_declined_card_says_why(gateway: MemoryGateway, token: str, decline_code: str) -> None:
    declined = authorize(gateway, "k", token)

    assert declined == Charge("k", PRICE, ChargeStatus.DECLINED, NOON, decline_code)


def test_the_charges_are_listed_oldest_first_whatever_became_of_them(gateway: MemoryGateway) -> None:
    authorize(gateway, "first")
    authorize(gateway, "second", "pm_card_chargeDeclined")
    authorize(gateway, "third")
    asyncio.run(gateway.void("first", timeout=5))

    listed = asyncio.run(gateway.charges())

    assert [(charge.key, charge.status.value) for charge in listed] == [
        ("first", "voided"),
        ("second", "declined"),
        ("third", "authorized"),
    ]


def test_a_spent_key_is_listed_once_somebody_asks_for_it(gateway: MemoryGateway) -> None:
    asyncio.run(gateway.void("spent", timeout=5))
    authorize(gateway, "before")
    assert [charge.key for charge in asyncio.run(gateway.charges())] == ["before"]

    late = authorize(gateway, "spent")

    assert (late.status, late.decline_code) == (ChargeStatus.DECLINED, "voided")
    assert [charge.key for charge in asyncio.run(gateway.charges())] == ["before", "spent"]


def test_what_was_declined_has_nothing_to_void(gateway: MemoryGateway) -> None:
    declined = authorize(gateway, "k", "pm_card_chargeDeclined")

    assert asyncio.run(gateway.void("k", timeout=5)) == declined


@pytest.mark.parametrize("error", [GatewayTimeout("lost"), GatewayUnreachable("down")])
def test_a_scripted_failure_comes_once(gateway: MemoryGateway, error: GatewayTimeout | GatewayUnreachable) -> None:
    gateway.fail_next(error)

    with pytest.raises(type(error)):
        authorize(gateway, "k")

    assert asyncio.run(gateway.charges()) == []
    assert authorize(gateway, "k").status is ChargeStatus.AUTHORIZED


def test_a_scripted_timeout_may_have_acted(gateway: MemoryGateway) -> None:
    authorize(gateway, "k")
    gateway.fail_next(GatewayTimeout("lost"), acted=True)

    with pytest.raises(GatewayTimeout):
        asyncio.run(gateway.capture("k", timeout=5))

    assert [charge.status for charge in asyncio.run(gateway.charges())] == [ChargeStatus.CAPTURED]


def test_event_loops_in_many_threads_share_one_gateway(gateway: MemoryGateway) -> None:
    with ThreadPoolExecutor(16) as threads:
        answers = set(threads.map(lambda _: authorize(gateway, "k"), range(64)))

    assert answers == set(asyncio.run(gateway.charges())) and len(answers) == 1
