"""Customers who never stop buying, and remember what became of each request."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from adapters.payments import tokens
from tests.harness.client import BALANCE, card
from tests.harness.rush import Reply, Unanswered, ask
from tests.harness.seeding import Buyer

HESITANT: Final = 5  # every fifth of them is
HESITATION: Final = 0.3  # seconds between coming in and saying a word
PAYMENTS: Final = (BALANCE, card(), BALANCE, card(tokens.SLOW))


@dataclass
class Customers:
    """Each has one request under way at a time. `bought` are the orders that were acknowledged."""

    port: int
    buyers: Sequence[Buyer]
    told: Counter[str] = field(default_factory=Counter)
    bought: set[str] = field(default_factory=set)
    unanswered: list[str] = field(default_factory=list)
    refused: int = 0
    slowest: float = 0.0
    enough: bool = False

    async def buy(self) -> None:
        """Until there is nobody to buy from, or it is enough."""
        await asyncio.gather(*(self._keep_buying(number, buyer) for number, buyer in enumerate(self.buyers)))

    async def _keep_buying(self, number: int, buyer: Buyer) -> None:
        body = {"items": [{"sku": "mug", "quantity": 1}], "payment": PAYMENTS[number % len(PAYMENTS)]}
        while not self.enough:
            try:
                hesitating = HESITATION if number % HESITANT == 0 else 0.0
                reply = await ask(self.port, "POST", "/orders/", body, cookie=buyer.cookie, hesitating=hesitating)
                self._heard(reply)
            except Unanswered as silence:
                if not silence.sent:
                    self.refused += 1
                    return
                self.unanswered.append(str(silence))

    def _heard(self, reply: Reply) -> None:
        self.told[reply.code or str(reply.status)] += 1
        self.slowest = max(self.slowest, reply.seconds)
        if reply.status == 201:
            self.bought.add(reply.body["order_id"])
