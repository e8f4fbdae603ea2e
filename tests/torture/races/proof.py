"""Opposite orders, the last units, and money on the move: no deadlock to be seen, nothing sold twice, nothing lost."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from typing import Final

from adapters.sql.store import SqlStore
from service_layer.kinds import ACCOUNTS, ENTRIES
from tests.harness.client import eur, unique
from tests.harness.rush import ask
from tests.harness.seeding import Buyer, seed
from tests.torture.races.pair import Pair, crowd, pair
from tests.torture.report import Report

DEADLOCKS: Final = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
ALONE: Final = 1  # units in a transaction: as many transactions as can be, to meet each other
TOGETHER: Final = 64  # as usual
ACCOUNTS_OF_THE_BANK: Final = 10
TELLERS: Final = 16
FUNDS: Final = 10_000  # cents in each account of the bank


def run(report: Report, *, quick: bool) -> str:
    with pair(ALONE) as shops:
        told = [opposite_orders(shops, 200 if quick else 1000)]
        report.progress(told[-1])
    with pair(TOGETHER) as shops:
        told.append(last_units(shops, buyers=500, units=100))
        report.progress(told[-1])
        told.append(transfers(shops, seconds=3 if quick else 20))
        return "; ".join(told)


def opposite_orders(shops: Pair, times: int) -> str:
    """Everybody wants the same four things, one in this order, the next in the other."""
    skus = [unique("thing") for _ in range(4)]
    buyers = seed(shops.url, 20, cents=100 * len(skus) * times, goods=skus, on_hand=times)

    async def act(number: int) -> str:
        buyer = buyers[number % len(buyers)]
        reply = await shops.buy(number, buyer, *(skus if number // 2 % 2 else reversed(skus)))
        return reply.code or str(reply.status)

    told = Counter(asyncio.run(crowd(times, act)))
    assert told == {"201": times}, f"somebody saw more than an order: {told}"
    assert [shops.staff.available(sku) for sku in skus] == [0] * len(skus)
    deadlocks = shops.asked(DEADLOCKS)
    assert deadlocks == 0, f"{deadlocks} deadlocks in the database, though nobody saw them"
    return f"{times} opposite orders without a deadlock"


def last_units(shops: Pair, *, buyers: int, units: int) -> str:
    """More want it than can have it, all at once and at both servers."""
    sku = unique("last")
    crowd_of_buyers = seed(shops.url, buyers, cents=100, goods=[sku], on_hand=units)

    async def act(number: int) -> str:
        reply = await shops.buy(number, crowd_of_buyers[number], sku)
        return reply.code or str(reply.status)

    told = Counter(asyncio.run(crowd(buyers, act, at_once=buyers)))
    assert told == {"201": units, "insufficient-stock": buyers - units}, f"told: {told}"
    owners = [f"'{buyer.user}'" for buyer in crowd_of_buyers]
    sold = shops.asked(f"SELECT count(*) FROM orders WHERE status = 'confirmed' AND owner_id IN ({', '.join(owners)})")  # noqa: S608
    assert (sold, shops.staff.available(sku)) == (units, 0)
    return f"{units} units for {buyers} buyers sold to exactly {sold}"


def transfers(shops: Pair, *, seconds: float) -> str:
    """The bank's money is all there whenever anybody counts it."""
    owners = seed(shops.url, ACCOUNTS_OF_THE_BANK, cents=FUNDS)
    until = time.monotonic() + seconds
    told: Counter[str] = Counter()

    async def teller(number: int) -> None:
        luck = random.Random(number)  # noqa: S311
        while time.monotonic() < until:
            source, target = luck.sample(owners, 2)
            body = {"from_account": source.account, "to_account": target.account, "amount": eur(luck.randint(1, FUNDS))}
            port = shops.servers[luck.randrange(2)].port
            reply = await ask(port, "POST", "/transfers/", body, cookie=source.cookie, key=unique("transfer"))
            told[reply.code or str(reply.status)] += 1

    async def bank() -> int:
        tellers = [asyncio.ensure_future(teller(number)) for number in range(TELLERS)]
        counted = await asyncio.to_thread(_count_again_and_again, shops, owners, until)
        await asyncio.gather(*tellers)
        return counted

    counted = asyncio.run(bank())
    assert told["201"] and not told.keys() - {"201", "insufficient-funds"}, f"told: {told}"
    return f"{told['201']} transfers by {TELLERS} at once, and the same total each of {counted} times it was counted"


def _count_again_and_again(shops: Pair, owners: Sequence[Buyer], until: float) -> int:
    """By one sum in the database, and in a reading transaction of the store: balances, and all that led to them."""
    accounts, counted, store = [owner.account for owner in owners], 0, SqlStore(shops.url)
    chosen = ", ".join(f"'{account}'" for account in accounts)
    while time.monotonic() < until or not counted:
        in_sql = shops.asked(f"SELECT sum(balance) FROM accounts WHERE id IN ({chosen})")  # noqa: S608
        transaction = store.begin(write=False)
        balances = sum(account.balance.amount for account in transaction.load(ACCOUNTS, "key", accounts))
        entries = sum(entry.amount.amount for entry in transaction.load(ENTRIES, "account_id", accounts))
        transaction.rollback()
        total = FUNDS * len(accounts)
        assert (in_sql, balances, entries) == (total, total, total), f"{in_sql}, {balances}, {entries}, not {total}"
        counted += 1
    store.close()
    return counted
