"""What the database says of each buyer's orders, against what the buyer was told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import psycopg

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
        """Nothing lost, nothing doubled, no failure that was none. Returns those who may ask again.

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
        return [buyer for buyer, reply in replies.items() if reply.status != 201]

    def settle(self, replies: Mapping[Buyer, Reply], everybody: Sequence[Buyer]) -> None:
        """After those have asked again whose first answer was none."""
        assert all(reply.status == 201 for reply in replies.values()), f"not placed in the end: {replies}"
        new = self.new_orders()
        for buyer in everybody:
            assert [status for _, status in new[buyer.user]] == ["confirmed"], f"in the end: {new[buyer.user]}"
        self.known |= {order for orders in new.values() for order, _ in orders}
