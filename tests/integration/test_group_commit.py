"""Group commit with real threads on real stores: few commits for many, and never anything sold, paid or told twice."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from queue import SimpleQueue

import pytest

from adapters.sql.store import SqlStore
from adapters.system.ids import Uuid7Ids
from domain.errors import EmailTaken, InsufficientFunds, InsufficientStock
from domain.users import Email
from service_layer import lane as lanes
from service_layer.commands import MoveMoney, SeeProduct, SignUp
from service_layer.group import Group, Job, Outcome
from service_layer.handlers.accounts import transfer
from service_layer.handlers.catalog import see_product
from service_layer.handlers.orders import place_order
from service_layer.handlers.users import sign_up
from service_layer.idempotency import Answer, KeyInProgress
from service_layer.lane import Lane
from service_layer.ports.errors import Conflict, Unavailable
from service_layer.receipts import OrderReceipt
from service_layer.visitor import Visitor
from tests.harness.crowd import at_once
from tests.kit import stores
from tests.kit.asking import VISA, buying, eur
from tests.kit.riding import errors_of, ride
from tests.kit.service import Customer
from tests.kit.shop import Shop


@pytest.fixture(params=stores.KINDS)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    with stores.opened(request.param, tmp_path) as store:
        shop = Shop(store, ids=Uuid7Ids())
        yield shop
        shop.faults.none()
        assert shop.laws() == {}


@pytest.fixture
def lane(shop: Shop) -> Iterator[Lane]:
    lane = Lane(shop.group)
    lane.start()
    yield lane
    lane.stop()


def outcome_of(lane: Lane, job: Job) -> Outcome:
    """Waits for it, as a thread without an event loop does."""
    told: SimpleQueue[Outcome] = SimpleQueue()
    lane.submit(job, told.put)
    return told.get(timeout=30)


def order(shop: Shop, by: Customer, quantity: int = 1, *, key: str | None = None, token: str | None = None) -> Job:
    return shop.job(place_order, buying({"mug": quantity}, key=key, token=token), by)


def move(shop: Shop, source: Customer, target: Customer, cents: int) -> Job:
    return shop.job(transfer, MoveMoney(source=source.account, target=target.account, amount=eur(cents)), source)


class TestCrowds:
    def test_sixty_units_are_sold_to_two_hundred_buyers_sixty_times(self, shop: Shop, lane: Lane):
        shop.product(price=100, on_hand=60)
        people = [shop.account(balance=1000) for _ in range(32)]

        def buy(number: int) -> list[type[BaseException] | None]:
            share = range(number, 200, 32)
            return errors_of([outcome_of(lane, order(shop, people[number])) for _ in share])

        sold = Counter(error for errors in at_once(32, buy) for error in errors)

        assert sold == {None: 60, InsufficientStock: 140} and shop.stock() == (0, 0)
        assert sum(shop.balances().values()) == 32_000 - 6_000

    def test_twenty_who_sign_up_with_one_address_are_one_user(self, shop: Shop, lane: Lane):
        command = SignUp(name="Ada", email=Email("ada@example.com"), password_hash="h")  # noqa: S106

        outcomes = at_once(20, lambda _: outcome_of(lane, shop.job(sign_up, command, Visitor())))

        assert Counter(errors_of(outcomes)) == {None: 1, EmailTaken: 19}
        assert len(shop.rows("users")) == len(shop.rows("accounts")) == 1

    @pytest.mark.parametrize("token", [None, VISA])
    def test_one_key_fifty_times_is_one_order(self, shop: Shop, lane: Lane, token: str | None):
        shop.product(price=100)
        ada = shop.account(balance=1000)

        outcomes = at_once(50, lambda _: outcome_of(lane, order(shop, ada, key="k", token=token)))

        assert len(shop.rows("orders")) == len(shop.rows("payments")) == 1
        if token is None:
            answers = [outcome.result for outcome in outcomes if isinstance(outcome.result, Answer)]
            ids = {answer.outcome.id for answer in answers if isinstance(answer.outcome, OrderReceipt)}
            assert len(answers) == 50 and len(ids) == 1 and [answer.replayed for answer in answers].count(False) == 1
        else:
            assert Counter(errors_of(outcomes)) == {None: 1, KeyInProgress: 49}

    def test_money_moved_at_random_is_conserved(self, shop: Shop, lane: Lane):
        people = [shop.account(balance=100) for _ in range(5)]

        def trade(seed: int) -> None:
            dice = random.Random(seed)  # noqa: S311 (luck, not a secret)
            for _ in range(25):
                source, target = dice.sample(people, 2)
                error = outcome_of(lane, move(shop, source, target, dice.randint(1, 60))).error
                assert error is None or isinstance(error, InsufficientFunds)

        at_once(8, trade)

        assert sum(shop.balances().values()) == 500 and min(shop.balances().values()) >= 0


class TestGroups:
    def test_sixty_four_who_wait_are_one_commit(self, shop: Shop):
        shop.product(price=100, on_hand=64)
        people = [shop.account(balance=100) for _ in range(64)]
        shop.faults.steps.clear()

        outcomes = ride(shop.group, [order(shop, person) for person in people])

        assert errors_of(outcomes) == [None] * 64 and shop.stock() == (0, 0)
        assert shop.faults.steps.count("committed") == shop.faults.steps.count("begin") == 1

    def test_who_refuses_is_undone_alone(self, shop: Shop):
        shop.product(price=1000, on_hand=3)
        rich, poor = shop.account(balance=9000), shop.account(balance=10)

        outcomes = ride(shop.group, [order(shop, rich, 2), order(shop, poor), order(shop, rich, 2), order(shop, rich)])

        assert errors_of(outcomes) == [None, InsufficientFunds, InsufficientStock, None]
        assert shop.balances() == {rich: 6000, poor: 10} and shop.stock() == (0, 0)

    def test_a_conflict_sends_each_on_its_own_way_afresh(self, shop: Shop, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(lanes, "LONGEST_PAUSE", 0.001)
        shop.product(price=1000, on_hand=3)
        people = [shop.account(balance=1000) for _ in range(3)]
        shop.faults.at("commit", Conflict(), times=3)

        outcomes = ride(shop.group, [order(shop, person) for person in people])

        assert errors_of(outcomes) == [None] * 3 and shop.stock() == (0, 0) and len(shop.rows("orders")) == 3

    def test_an_outage_is_told_to_all_and_nobody_has_bought_anything(self, shop: Shop):
        shop.product(price=1000, on_hand=3)
        people = [shop.account(balance=1000) for _ in range(3)]
        before = shop.books()
        shop.faults.at("commit", Unavailable(), times=1)

        outcomes = ride(shop.group, [order(shop, person) for person in people])

        assert errors_of(outcomes) == [Unavailable] * 3 and shop.books() == before

    def test_who_hangs_up_spoils_nothing(self, shop: Shop, lane: Lane):
        shop.product(price=100, on_hand=10)
        people = [shop.account(balance=100) for _ in range(10)]

        async def half_of_them_hang_up() -> int:
            waiting = [asyncio.ensure_future(lane.run(order(shop, person))) for person in people]
            await asyncio.sleep(0)
            for future in waiting[::2]:
                future.cancel()
            return sum(isinstance(done, Answer) for done in await asyncio.gather(*waiting, return_exceptions=True))

        assert asyncio.run(half_of_them_hang_up()) == 5
        lane.stop()

        assert len(shop.rows("orders")) == 10 and shop.stock() == (0, 0)


class TestSeveralProcesses:
    """Two lanes with connections of their own to one SQLite file are to each other as two processes are."""

    def test_what_one_sells_the_other_does_not(self, tmp_path: Path):
        with stores.opened("sqlite", tmp_path) as store:
            shop = Shop(store, ids=Uuid7Ids())
            shop.product(price=100, on_hand=30)
            people = [shop.account(balance=1000) for _ in range(8)]
            other = SqlStore(f"sqlite:///{tmp_path / 'shop.db'}")
            both = [Lane(group) for group in (shop.group, Group(other, shop.keeping, write=True))]
            for lane in both:
                lane.start()

            def buy(number: int) -> list[Outcome]:
                return [outcome_of(both[number % 2], order(shop, people[number])) for _ in range(8)]

            outcomes = [outcome for outcomes in at_once(8, buy) for outcome in outcomes]
            for lane in both:
                lane.stop()
            other.close()

            assert Counter(errors_of(outcomes)) == {None: 30, InsufficientStock: 34}
            assert shop.stock() == (0, 0) and shop.laws() == {}

    def test_readers_go_on_while_a_commit_takes_its_time(self, tmp_path: Path):
        with stores.opened("sqlite", tmp_path) as store:
            shop = Shop(store, ids=Uuid7Ids())
            shop.product(price=100, on_hand=10)
            ada, at_commit, go_on = shop.account(balance=1000), threading.Event(), threading.Event()
            shop.faults.at("commit", lambda: (at_commit.set(), go_on.wait(10)), times=1)
            writing, reading = Lane(shop.group), Lane(Group(shop.store, shop.keeping, write=False))
            sold: list[Outcome] = []
            for lane in (writing, reading):
                lane.start()
            writing.submit(order(shop, ada), sold.append)
            look = partial(outcome_of, reading, shop.job(see_product, SeeProduct(sku="mug"), ada))

            assert at_commit.wait(10)
            began, meanwhile = time.monotonic(), look().result.available
            took, answered = time.monotonic() - began, len(sold)
            go_on.set()
            writing.stop()
            afterwards = look().result.available
            reading.stop()

            assert (meanwhile, answered, afterwards) == (10, 0, 9) and took < 5
