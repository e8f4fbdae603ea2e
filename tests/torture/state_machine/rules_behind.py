"""What the service does by itself, what rides together, and what comes late."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from service_layer.commands import ChangePreferences, Command, Settle, Verdict
from service_layer.handlers import accounts, orders, payments, sessions
from service_layer.idempotency import InFlight
from service_layer.ports.errors import GatewayTimeout, GatewayUnreachable
from service_layer.ports.gateway import ChargeStatus
from service_layer.runner import Handler, Run
from tests.kit.asking import buying
from tests.torture.state_machine.house import Browser
from tests.torture.state_machine.rules_for_trade import BASKETS, CARDS, CENTS, KEYS, Trade
from tests.torture.state_machine.stage import FAULTS, LATER, NUMBERS
from tests.torture.state_machine.wiring import Fault

A_DAY: Final = timedelta(hours=25)  # past every session, and past the lifetime of every key


class Behind(Trade):
    """Behind the counter."""

    @rule(browser=NUMBERS, card=CARDS, faults=FAULTS)
    def leave_in_the_middle(self, browser: int, card: str, faults: list[Fault]) -> None:
        """Who drives a payment hears what the gateway says, and does not come to settle it for a while."""
        self.seat(browser)

        async def flow(run: Run) -> None:
            left = await run(orders.place_order, buying({"cup": 1}, token=card))
            assert isinstance(left, InFlight)
            with suppress(GatewayTimeout, GatewayUnreachable):
                charge = await self.house.payments.gateway.authorize(left.payment_id, card, left.amount, timeout=1)
                held = charge.status is ChargeStatus.AUTHORIZED
                self.left.append((browser, Settle.of(left, Verdict.AUTHORIZED if held else Verdict.DECLINED, "late")))

        self.ask(browser, flow, faults)

    @rule(which=NUMBERS, faults=FAULTS)
    def come_back_late(self, which: int, faults: list[Fault]) -> None:
        if self.left:
            browser, command = self.pick(self.left[-3:], which)
            self.do(browser, payments.settle, command, faults)

    @rule(together=st.lists(st.tuples(NUMBERS, BASKETS, KEYS, CENTS), min_size=2, max_size=4), faults=FAULTS)
    def ride_together(self, together: list[tuple[int, dict[str, int], str | None, int]], faults: list[Fault]) -> None:
        """Orders, transfers and preferences of several people at once."""
        asked: list[tuple[Browser | None, Handler[Any], Command]] = []
        for number, (browser, items, key, cents) in enumerate(together):
            self.seat(browser)
            if cents % 3 == 0:
                asked.append((self.browser(browser), orders.place_order, buying(items, key=key)))
            elif cents % 3 == 1:
                command = self.transfer_of(browser, None, number, cents, key)
                asked.append((self.browser(browser), accounts.transfer, command))
            elif self.user(browser):
                asked.append(
                    (self.browser(browser), sessions.change_preferences, ChangePreferences(patch={"size": cents}))
                )
        if asked:
            with self.step():
                self.house.ask_together(asked, *faults)

    @rule(faults=FAULTS)
    def relay(self, faults: list[Fault]) -> None:
        self.ask(None, self.house.relay.once, faults)

    @rule(faults=FAULTS)
    def reconcile(self, faults: list[Fault]) -> None:
        self.ask(None, self.recover, faults)

    @rule(long=st.sampled_from([False, False, False, False, True]))
    def time_passes(self, long: bool) -> None:
        self.house.clock.advance(A_DAY if long else LATER)
        self.model.today += long
