"""What the database says of each buyer's orders, against what the buyer was told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import psycopg

from tests.harness.crowd import eventually
from tests.harness.rush import Reply
from tests.harness.seeding import Buyer

ORDERS_OF = "SELECT owner_id, id, status FROM orders"


@dataclass
class Ledger:
    """`known` are the orders that were there before, `told` counts what the buyers heard."""

    database_url: str
    known: set[str] = field(default_factory=set)
    told: Counter[str] = field(default_factory=Counter)

    def new_orders(self) -> dict[str, list[tuple[str, str]]]:
        """By owner: the id and the status of each order that was not there before."""
        found: dict[str, list[tuple[str, str]]] = {}
        with psycopg.connect(self.database_url) as connection:
            for owner, order, status in connection.execute(ORDERS_OF):
                if order not in self.known:
                    found.setdefault(owner, []).append((order, status))
        return found

    def check(self, replies: Mapping[Buyer, Reply], *, away: bool) -> list[Buyer]:
        """Nothing lost, nothing doubled, no failure that was none. Returns those who have no order yet.

        That the outcome is unknown may only be said where the database stayed `away`.
        """
        new = self.new_orders()
        for buyer, reply in replies.items():
            orders = new.get(buyer.user, [])
            what = f"told {reply.status} {reply.code or reply.body}, and there is {orders}"
            self.told[reply.code or str(reply.status)] += 1
            assert len(orders) <= 1, f"doubled: {what}"
            if reply.status == 201:
                assert orders == [(reply.body["order_id"], "confirmed")], f"lost: {what}"
            elif reply.status == 202:
                assert [order for order, _ in orders] == [reply.body["order_id"]], f"lost: {what}"
            else:
                assert reply.status == 503, f"refused: {what}"
                assert not orders or (away and reply.code == "outcome-unknown"), f"a failure that was none: {what}"
        return [buyer for buyer in replies if buyer.user not in new]

    def settle(self, everybody: Sequence[Buyer], within: float) -> None:
        """In the end each has one order, and it is confirmed."""
        wanted = {buyer.user: ["confirmed"] for buyer in everybody}

        def found() -> dict[str, list[str]]:
            return {owner: [status for _, status in orders] for owner, orders in self.new_orders().items()}

        assert eventually(lambda: found() == wanted or None, within=within), found()
        self.known |= {order for orders in self.new_orders().values() for order, _ in orders}
