"""The wire to PostgreSQL is cut before, during and after a COMMIT: nothing doubled, no false failure, nothing lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from tests.harness.client import BALANCE, Staff, card
from tests.harness.commit_cutter import CommitCutter, Moment
from tests.harness.rush import Reply, ask
from tests.harness.seeding import Buyer, seed
from tests.harness.server import Server
from tests.harness.site import address_of, serving, shop_database, through
from tests.torture.cut_wire.ledger import Ledger
from tests.torture.report import Report

BUYERS: Final = 6
DEADLINE: Final = 4  # seconds that a request has
LONG: Final = 100  # trials of each moment
QUICK: Final = 10
AWAY: Final = {True: 1, False: 10}  # trials in which the database stays away past the deadline
PATIENCE: Final = 10.0  # seconds until a cut has happened


@dataclass
class Stage:
    """A server whose wire can be cut, and its buyers: every other pays by card, and every third comes without a key."""

    cutter: CommitCutter
    server: Server
    buyers: Sequence[Buyer]
    ledger: Ledger
    trials: int = 0

    def trial(self, moment: Moment, *, away: bool = False) -> None:
        """All order at once, the wire is cut; whoever comes with a key asks again, and so does who has no order."""
        self.trials += 1
        self.cutter.arm(moment, away=away)
        replies = asyncio.run(self.order(self.buyers))
        assert self.cutter.wait(PATIENCE), f"never cut: {replies}"
        if away:
            assert any(reply.status == 503 for reply in replies.values())
            self.cutter.open()
        left = self.ledger.check(replies, away=away)
        again = [
            buyer for buyer, reply in replies.items() if reply.status != 201 and (self.key_of(buyer) or buyer in left)
        ]
        replies = asyncio.run(self.order(again, patience=PATIENCE))
        assert all(reply.status == 201 for reply in replies.values()), f"not placed in the end: {replies}"
        self.ledger.settle(self.buyers, PATIENCE)

    def key_of(self, buyer: Buyer) -> str:
        return f"trial {self.trials}" if self.buyers.index(buyer) % 3 else ""

    async def order(self, buyers: Sequence[Buyer], patience: float = 0.0) -> dict[Buyer, Reply]:
        replies = await asyncio.gather(*(self._order(buyer, patience) for buyer in buyers))
        return dict(zip(buyers, replies, strict=True))

    async def _order(self, buyer: Buyer, patience: float) -> Reply:
        """Asks again after a 503 or while the first request is still under way, as long as the patience lasts."""
        pay = card() if self.buyers.index(buyer) % 2 else BALANCE
        body = {"items": [{"sku": "mug", "quantity": 1}], "payment": pay}
        key = self.key_of(buyer)
        while True:
            reply = await ask(self.server.port, "POST", "/orders/", body, cookie=buyer.cookie, key=key)
            if reply.status not in (503, 409, 202) or patience <= 0 or not key:
                return reply
            await asyncio.sleep(0.2)
            patience -= 0.2 + reply.seconds


@contextmanager
def stage() -> Iterator[Stage]:
    with shop_database() as url, CommitCutter(*address_of(url)) as cutter:
        buyers = seed(url, BUYERS, cents=1_000_000, goods=["mug"], on_hand=100_000)
        served = serving(through(url, cutter.port), request_deadline_seconds=str(DEADLINE))
        with served as (server,), Staff(server.base_url) as staff:
            yield Stage(cutter, server, buyers, Ledger(url))
            assert staff.violations() == []


def run(report: Report, *, quick: bool) -> str:
    with stage() as at:
        for number in range(QUICK if quick else LONG):
            for moment in Moment:
                at.trial(moment)
            report.progress(f"{number + 1} cuts at each of {len(Moment)} moments, told {dict(at.ledger.told)}")
        for number in range(AWAY[quick]):
            at.trial(Moment.DURING if number % 2 else Moment.UNHEARD, away=True)
        return f"{at.cutter.cuts} cuts: 0 doubled, 0 false failures, 0 lost; told {dict(at.ledger.told)}"
