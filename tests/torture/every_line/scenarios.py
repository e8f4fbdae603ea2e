"""What is going on when the process dies, and how it must have ended once somebody has cleared up."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from adapters.payments import tokens
from domain.errors import DomainError
from service_layer.commands import CancelOrder, Deposit, MoveMoney
from service_layer.handlers.accounts import deposit, transfer
from service_layer.handlers.cancel import cancel_order
from service_layer.handlers.orders import place_order
from service_layer.ports.errors import GatewayTimeout
from service_layer.receipts import OrderReceipt
from tests.kit.asking import buying, eur
from tests.kit.shop import Customer, Shop
from tests.torture.every_line.house import House, Request


class Cast:
    """Ada has 50.00, Bob has nothing, there are ten mugs at 12.00. `order` is one that was placed before."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.ada, self.bob = shop.account(5000), shop.account()
        self.order: OrderReceipt | None = None
        shop.product("mug", price=1200, on_hand=10)


Asking = Callable[[Cast], Request]
Before = Callable[[House, Cast], Coroutine[Any, Any, None]]


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What each request is told in the end, what is left of everything, and the charges that hold money."""

    told: tuple[str, ...]
    mugs: int = 10
    ada: int = 5000
    bob: int = 0
    charges: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """`before` it nothing dies. Then the requests, unless only `recovery` is to die, and after them recovery."""

    name: str
    asks: tuple[Asking, ...]
    ending: Ending
    before: Before | None = None
    recovery: bool = False

    @classmethod
    def of_recovery(cls, name: str, asking: Asking, ending: Ending, *, asked: bool) -> Scenario:
        return cls(name, (asking,), ending, left_alone(asking, asked=asked), recovery=True)


def order(token: str | None = None, *, by: Callable[[Cast], Customer] = lambda cast: cast.ada) -> Asking:
    """Two mugs; from the balance where there is no card."""
    return lambda cast: Request(by(cast), place_order, buying({"mug": 2}, token=token, key=f"order {token}"))


def paying_in(token: str, *, by: Callable[[Cast], Customer] = lambda cast: cast.ada) -> Asking:
    def asking(cast: Cast) -> Request:
        account = by(cast).account
        operation = f"POST /accounts/{account}/deposits"
        command = Deposit(key="deposit", operation=operation, account_id=account, amount=eur(700), token=token)
        return Request(by(cast), deposit, command)

    return asking


def handing_over(cents: int) -> Asking:
    """From Ada to Bob."""

    def asking(cast: Cast) -> Request:
        command = MoveMoney(key="transfer", source=cast.ada.account, target=cast.bob.account, amount=eur(cents))
        return Request(cast.ada, transfer, command)

    return asking


def canceling(cast: Cast) -> Request:
    assert cast.order is not None
    return Request(cast.ada, cancel_order, CancelOrder(order_id=cast.order.id, owner_id=cast.ada.user, skus=("mug",)))


def placed(asking: Asking, *, captured: bool = False) -> Before:
    """An order that is as far as it can come without the relay, or a captured one."""

    async def before(house: House, cast: Cast) -> None:
        cast.order = await house.ask(asking(cast))
        if captured:
            await house.relay.once(house.run_for(None))

    return before


def left_alone(asking: Asking, *, asked: bool) -> Before:
    """Whoever drove the payment has died: before asking the gateway, or before hearing what it said."""

    async def before(house: House, cast: Cast) -> None:
        request = asking(cast)
        left = await house.run_for(request.by)(request.handler, request.command)
        if asked:
            with suppress(GatewayTimeout):
                await house.sandbox.authorize(left.payment_id, left.token, left.amount, timeout=5)

    return before


def said(outcome: object) -> str:
    """An answer in a word: the code of a refusal, the status of a receipt, or that money has moved."""
    return outcome.code if isinstance(outcome, DomainError) else getattr(outcome, "status", "moved")


GOOD = {"ok": tokens.VISA, "timeout charged": tokens.TIMEOUT_CHARGED}
BAD = {"declined": tokens.DECLINED, "timeout uncharged": tokens.TIMEOUT_UNCHARGED}
BOUGHT = Ending(told=("confirmed",), mugs=8, charges=("captured",))
PAID_IN = Ending(told=("posted",), ada=5700, charges=("captured",))
REFUSED = Ending(told=("card-declined",))
CANCELED = Ending(told=("canceled",))


def _by_card() -> list[Scenario]:
    found: list[Scenario] = []
    for name, token in {**GOOD, **BAD}.items():
        for what, asking, good in (("order", order(token), BOUGHT), ("deposit", paying_in(token), PAID_IN)):
            ending = good if name in GOOD else REFUSED
            found += [
                Scenario(f"{what}, {name}", (asking,), ending),
                Scenario.of_recovery(f"recovery of {what} before asking, {name}", asking, ending, asked=False),
                Scenario.of_recovery(f"recovery of {what} after asking, {name}", asking, ending, asked=True),
            ]
    return found


def _bob(cast: Cast) -> Customer:
    return cast.bob


TOGETHER: Final = Scenario(
    "four at once",
    (order(), handing_over(300), order(tokens.VISA, by=_bob), paying_in(tokens.VISA, by=_bob)),
    Ending(
        told=("confirmed", "moved", "confirmed", "posted"),
        mugs=6, ada=2300, bob=1000, charges=("captured", "captured"),
    ),
)  # fmt: skip

ALL: Final = {
    scenario.name: scenario
    for scenario in (
        *_by_card(),
        Scenario("order from the balance", (order(),), Ending(told=("confirmed",), mugs=8, ada=2600)),
        Scenario("order beyond the balance", (order(by=_bob),), Ending(told=("insufficient-funds",))),
        Scenario("transfer", (handing_over(300),), Ending(told=("moved",), ada=4700, bob=300)),
        Scenario("transfer beyond the balance", (handing_over(5001),), Ending(told=("insufficient-funds",))),
        Scenario("cancel, from the balance", (canceling,), CANCELED, placed(order())),
        Scenario("cancel, authorized", (canceling,), CANCELED, placed(order(tokens.VISA))),
        Scenario("cancel, captured", (canceling,), CANCELED, placed(order(tokens.VISA), captured=True)),
        Scenario("cancel, timeout charged", (canceling,), CANCELED, placed(order(tokens.TIMEOUT_CHARGED))),
        Scenario("cancel, timeout uncharged", (canceling,), CANCELED, placed(order(tokens.TIMEOUT_UNCHARGED))),
        TOGETHER,
    )
}

_BEGINNINGS: Final = {
    "orders": ("order",),
    "deposits": ("deposit",),
    "recovery of orders": ("recovery of order",),
    "recovery of deposits": ("recovery of deposit",),
    "cancels and transfers": ("cancel", "transfer", "four"),
}
THEMES: Final = {
    theme: [name for name in ALL if name.startswith(beginnings)] for theme, beginnings in _BEGINNINGS.items()
}
"""The scenarios, in shares of about the same length."""
