"""What Redis holds follows the database: never before it, and behind it only where it could not be told."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from adapters.sessions.redis.copies import PATIENCE, Copies
from adapters.sessions.redis.store import RedisSessions
from adapters.system.fixed import CountingIds, FixedClock
from service_layer.commands import ChangePreferences, EndSession, LogIn, LogOut
from service_layer.handlers.sessions import change_preferences, end_session, log_in, log_out
from service_layer.outbox import SESSION
from service_layer.ports.errors import OutcomeUnknown, Unavailable
from service_layer.ports.store import Store
from service_layer.visitor import Visitor
from tests.harness.tcp_proxy import TcpProxy
from tests.kit.redis_shop import RedisShop
from tests.kit.riding import errors_of, ride
from tests.kit.service import Customer
from tests.kit.shop import PASSWORD_HASH
from tests.kit.stores import KINDS, opened


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with opened(request.param, tmp_path) as store:
        yield store


@pytest.fixture
def shop(store: Store, redis_url: str, redis_wire: TcpProxy) -> Iterator[RedisShop]:
    shop = RedisShop(store, redis_url, through=redis_wire.port)
    yield shop
    redis_wire.thaw()
    shop.close()


def payloads(shop: RedisShop) -> list[dict[str, object]]:
    """What units have left for the relay, oldest first."""
    return [json.loads(message["payload"]) for message in shop.rows("messages")]


def handle_of(shop: RedisShop, who: Customer) -> str:
    with shop.unit(who) as uow:
        assert uow.session.record
        return uow.session.record.handle


class TestNeverAhead:
    def test_nothing_is_in_redis_before_the_commit(self, shop: RedisShop):
        ada, seen = shop.account(), []
        before = shop.copy_of(ada)
        shop.faults.at("commit", lambda: seen.append(shop.copy_of(ada)))

        shop.prefer(ada, "dark")

        assert seen == [before] and shop.copy_of(ada)["version"] == "2"

    def test_what_is_rolled_back_is_never_told(self, shop: RedisShop):
        ada = shop.account()
        before = shop.copy_of(ada)
        shop.faults.at("commit", Unavailable(), times=1)

        with pytest.raises(Unavailable):
            shop.prefer(ada, "dark")
        with shop.unit(ada) as uow:
            uow.session.log_out()

        assert shop.copy_of(ada) == before and shop.theme_read(ada) is None
        assert [message["name"] for message in shop.rows("messages")] == [SESSION]

    def test_redis_keeps_neither_the_id_nor_anything_for_longer_than_the_session(self, shop: RedisShop):
        ada = shop.account()

        assert str(ada.browser.cookie) not in str(shop.copy_of(ada))
        assert 0 < shop.directly.pttl(shop.place_of(ada)) <= 30 * 60 * 1000  # type: ignore[operator]


class TestInWhateverOrder:
    def test_an_older_copy_that_comes_late_changes_nothing(self, shop: RedisShop):
        ada = shop.account()
        shop.prefer(ada, "dark")
        newest, (first, second) = shop.copy_of(ada), payloads(shop)

        shop.told.follow([second, first, first])

        assert (first["version"], second["version"]) == (1, 2)
        assert shop.copy_of(ada) == newest and shop.theme_read(ada) == "dark"

    def test_what_has_ended_is_brought_back_by_nobody(self, shop: RedisShop):
        ada = shop.account()
        cookie = ada.browser.cookie
        shop.log_out(ada)
        ada.browser.cookie = cookie

        shop.told.follow(payloads(shop)[:1])

        assert shop.reads_as(ada) is None and shop.copy_of(ada)["record"] == ""

    def test_the_relay_may_come_after_all_that_it_tells(self, shop: RedisShop):
        ada = shop.account()
        shop.prefer(ada, "dark")
        newest = shop.copy_of(ada)

        assert (shop.deliver(), shop.deliver()) == (2, 0)

        assert shop.copy_of(ada) == newest


class TestWhileRedisIsAway:
    def test_the_database_is_asked_and_nobody_is_logged_out(self, shop: RedisShop, redis_wire: TcpProxy):
        ada = shop.account()
        redis_wire.close()

        shop.prefer(ada, "dark")
        bob = shop.account()

        assert (shop.reads_as(ada), shop.reads_as(bob)) == (ada.user, bob.user)
        assert shop.theme_read(ada) == "dark" and shop.deliver() == 0

    def test_whoever_reads_elsewhere_sees_it_once_the_relay_has_told(self, shop: RedisShop, redis_wire: TcpProxy,
                                                                     store: Store, redis_url: str):  # fmt: skip
        ada = shop.account()
        elsewhere = RedisShop(store, redis_url)
        redis_wire.close()
        shop.prefer(ada, "dark")
        assert (elsewhere.theme_read(ada), elsewhere.writes_as(ada)) == (None, ada.user)

        redis_wire.open()
        assert shop.deliver() == 2

        assert elsewhere.theme_read(ada) == "dark"
        elsewhere.close()

    def test_a_log_out_that_redis_has_not_confirmed_is_not_answered_well(
        self, shop: RedisShop, redis_wire: TcpProxy, store: Store, redis_url: str
    ):
        ada, bob = shop.account(), shop.account()
        cookie, elsewhere = ada.browser.cookie, RedisShop(store, redis_url)
        redis_wire.close()

        jobs = [shop.job(log_out, LogOut(), ada), shop.job(change_preferences, ChangePreferences(patch={"a": 1}), bob)]
        outcomes = ride(shop.group, jobs)

        assert errors_of(outcomes) == [OutcomeUnknown, None]
        ada.browser.cookie = cookie
        assert (elsewhere.reads_as(ada), elsewhere.writes_as(ada)) == (ada.user, None)
        redis_wire.open()
        shop.deliver()
        assert elsewhere.reads_as(ada) is None
        elsewhere.close()

    def test_nor_is_the_end_of_somebody_elses_session(self, shop: RedisShop, redis_wire: TcpProxy):
        ada = shop.account()
        phone = Visitor()
        shop.do(log_in, LogIn(user_id=ada.user, password_hash=PASSWORD_HASH), phone)
        (other,) = {row["handle"] for row in shop.rows("sessions")} - {handle_of(shop, ada)}
        redis_wire.close()

        with pytest.raises(OutcomeUnknown):
            shop.do(end_session, EndSession(handle=other), ada)

        assert [row["handle"] for row in shop.rows("sessions")] == [handle_of(shop, ada)]

    def test_a_redis_that_says_nothing_holds_nobody_up_for_long(self, shop: RedisShop, redis_wire: TcpProxy):
        ada = shop.account()
        redis_wire.freeze()

        began = time.monotonic()
        assert [shop.reads_as(ada) for _ in range(20)] == [ada.user] * 20

        assert time.monotonic() - began < 4 * PATIENCE

    def test_it_is_asked_again_when_it_is_back(self, shop: RedisShop, redis_wire: TcpProxy):
        ada = shop.account()
        redis_wire.close()
        shop.prefer(ada, "dark")
        redis_wire.open()

        shop.deliver()
        shop.prefer(ada, "light")

        assert shop.copy_of(ada)["version"] == "3"


class TestWhatRedisForgets:
    def test_what_it_does_not_know_the_database_does(self, shop: RedisShop):
        ada = shop.account()
        shop.directly.flushdb()

        assert shop.reads_as(ada) == ada.user

    def test_what_it_holds_from_another_version_is_not_believed(self, shop: RedisShop):
        ada = shop.account()
        shop.directly.hset(shop.place_of(ada), "record", '{"key": 1}')

        assert shop.reads_as(ada) == ada.user

    def test_an_end_that_it_has_forgotten_comes_back_to_it_with_the_next_unit_that_writes(self, shop: RedisShop):
        ada = shop.account()
        cookie, alive, place = ada.browser.cookie, shop.copy_of(ada), shop.place_of(ada)
        shop.log_out(ada)
        ada.browser.cookie = cookie
        shop.directly.delete(place)
        shop.directly.hset(place, items=[*chain(*alive.items())])
        assert (shop.reads_as(ada), shop.writes_as(ada)) == (ada.user, None)

        shop.touch(ada)
        ada.browser.cookie = cookie

        assert shop.reads_as(ada) is None


def test_opening_asks_nobody_and_a_wrong_url_is_refused():
    RedisSessions("redis://127.0.0.1:1/0", FixedClock(), CountingIds()).close()

    with pytest.raises(ValueError, match="scheme"):
        Copies("gopher://127.0.0.1")
