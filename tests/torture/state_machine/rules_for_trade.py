"""What may happen to goods, orders and money."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from adapters.payments import tokens
from domain.catalog import Sku
from domain.identifiers import AccountId
from service_layer.commands import (
    AddProduct,
    AdjustStock,
    CancelOrder,
    ChangeProduct,
    FulfillOrder,
    MoveMoney,
    SeeOrder,
)
from service_layer.handlers import accounts, cancel, catalog, orders
from service_layer.runner import Run
from tests.kit.asking import buying, eur
from tests.torture.state_machine.stage import FAULTS, NUMBERS, Stage
from tests.torture.state_machine.wiring import Fault

SKUS: Final = st.sampled_from(["cup", "mug", "pen", "tea"])
BASKETS: Final = st.dictionaries(SKUS, st.integers(1, 3), min_size=1, max_size=3)
CENTS: Final = st.integers(1, 3000)
KEYS: Final = st.sampled_from([None, "one", "two", "three"])
CARDS: Final = st.sampled_from(
    [tokens.VISA, tokens.VISA, tokens.DECLINED, tokens.TIMEOUT_CHARGED, tokens.TIMEOUT_UNCHARGED]
)  # a gateway that cannot be reached is a fault here: with its token it never could


class Trade(Stage):
    """Goods come, are ordered, paid, sent and taken back."""

    @rule(browser=NUMBERS, items=BASKETS, card=st.none() | CARDS, key=KEYS, cheap=st.booleans(), faults=FAULTS)
    def place_order(
        self, browser: int, items: dict[str, int], card: str | None, key: str | None, cheap: bool, faults: list[Fault]
    ) -> None:
        self.seat(browser)
        command = buying(items, token=card, key=key, expected=eur(50) if cheap and len(items) > 1 else None)
        self.keyed.append((self.browser(browser), command))
        self.pay(browser, command, faults)

    @rule(browser=NUMBERS, quantity=st.integers(1, 2), faults=FAULTS)
    def buy_by_card(self, browser: int, quantity: int, faults: list[Fault]) -> None:
        """The usual thing, which goes well but for what is made to fail."""
        self.seat(browser)
        command = buying({"cup": quantity}, token=tokens.VISA, key=f"usual {self.steps}")
        self.keyed.append((self.browser(browser), command))
        self.pay(browser, command, faults)

    @rule(browser=NUMBERS, cents=CENTS, card=CARDS, key=KEYS, faults=FAULTS)
    def deposit(self, browser: int, cents: int, card: str, key: str | None, faults: list[Fault]) -> None:
        self.seat(browser)
        command = self.deposit_of(browser, cents, card, key)
        self.keyed.append((self.browser(browser), command))
        self.pay(browser, command, faults)

    @rule(which=NUMBERS, faults=FAULTS)
    def ask_again(self, which: int, faults: list[Fault]) -> None:
        if self.keyed:
            browser, command = self.pick(self.keyed[-3:], which)
            self.pay(self.browsers.index(browser), command, faults)

    @rule(browser=NUMBERS, source=st.none() | NUMBERS, to=NUMBERS, cents=CENTS, key=KEYS, faults=FAULTS)
    def transfer(
        self, browser: int, source: int | None, to: int, cents: int, key: str | None, faults: list[Fault]
    ) -> None:
        self.seat(browser)
        self.do(browser, accounts.transfer, self.transfer_of(browser, source, to, cents, key), faults)

    @rule(browser=st.none() | NUMBERS, which=NUMBERS, faults=FAULTS)
    def cancel(self, browser: int | None, which: int, faults: list[Fault]) -> None:
        async def flow(run: Run) -> Any:
            found = await run(orders.see_order, SeeOrder(order_id=self.order(which)))
            skus = tuple(line.sku for line in found.lines)
            return await run(cancel.cancel_order, CancelOrder(order_id=found.id, owner_id=found.owner_id, skus=skus))

        self.ask(browser, flow, faults)

    @rule(browser=st.none() | NUMBERS, which=NUMBERS, faults=FAULTS)
    def fulfill(self, browser: int | None, which: int, faults: list[Fault]) -> None:
        self.do(browser, orders.fulfill_order, FulfillOrder(order_id=self.order(which)), faults)

    @rule(browser=st.none() | NUMBERS, sku=SKUS, delta=st.integers(-3, 5), faults=FAULTS)
    def adjust_stock(self, browser: int | None, sku: str, delta: int, faults: list[Fault]) -> None:
        self.do(browser, catalog.adjust_stock, AdjustStock(sku=sku, delta=delta, reason="counted"), faults)

    @rule(sku=SKUS, price=st.integers(1, 2000), new=st.booleans(), faults=FAULTS)
    def change_the_catalog(self, sku: str, price: int, new: bool, faults: list[Fault]) -> None:
        if new:
            command = AddProduct(sku=Sku(sku), name=sku, price=eur(price), on_hand=2)
            self.do(None, catalog.add_product, command, faults)
        else:
            change = ChangeProduct(sku=sku, name=sku.upper(), price=eur(price))
            self.do(None, catalog.change_product, change, faults)

    def transfer_of(self, browser: int, source: int | None, target: int, cents: int, key: str | None) -> MoveMoney:
        """From one's own account, unless it is said from which."""
        user = self.user(browser)
        own = self.model.people[user].account if user and source is None else self.account(source or 0)
        return MoveMoney(source=AccountId(own), target=self.account(target), amount=eur(cents), key=key)
