"""A shop whose sessions are read from Redis, and a look into that Redis."""

from __future__ import annotations

from urllib.parse import urlsplit

from redis import Redis

from adapters.sessions.redis.copies import PREFIX
from adapters.sessions.redis.store import RedisSessions
from adapters.system.fixed import CountingIds, FixedClock
from service_layer.commands import ChangePreferences, LogOut, SeeSession, Touch
from service_layer.flows.relay import Relay
from service_layer.gateway import OutsideUnits
from service_layer.handlers.sessions import change_preferences, log_out, see_session, touch
from service_layer.ports.store import Store
from service_layer.records import CLAIMED
from service_layer.session_participant import key_of_secret
from service_layer.visitor import Visitor
from tests.kit.service import KEY, Customer
from tests.kit.shop import Shop


class RedisShop(Shop):
    """`directly` goes to Redis past the wire that a test may cut; `relay` tells Redis what units could not."""

    def __init__(self, store: Store, url: str, through: int | None = None) -> None:
        """`through` is the port of a proxy before Redis."""
        parts, ids = urlsplit(url), CountingIds()
        way = parts._replace(netloc=f"{parts.hostname}:{through}").geturl() if through else url
        self.told = RedisSessions(way, FixedClock(), ids)
        self.directly = Redis.from_url(url, decode_responses=True)
        super().__init__(store, self.told, ids)
        self.store = self.told.beside(self.store)
        self.seal_with(KEY)
        self.relay = Relay(OutsideUnits(self.line), self.publisher, self.told)

    def close(self) -> None:
        self.told.close()
        self.directly.close()

    def prefer(self, by: Customer, theme: str) -> None:
        self.do(change_preferences, ChangePreferences(patch={"theme": theme}), by)

    def log_out(self, by: Customer) -> None:
        self.do(log_out, LogOut(), by)

    def touch(self, by: Customer) -> None:
        self.do(touch, Touch(), by)

    def theme_read(self, by: Customer) -> object:
        """As somebody sees it who only reads."""
        return self.do(see_session, SeeSession(), twin_of(by)).preferences.get("theme")

    def reads_as(self, by: Customer) -> str | None:
        return self.do(see_session, SeeSession(), twin_of(by)).user_id

    def writes_as(self, by: Customer) -> str | None:
        with self.unit(twin_of(by)) as uow:
            return uow.session.user_id

    def deliver(self) -> int:
        """All that waits, whoever has claimed it."""
        self.clock.advance(CLAIMED)
        return self.wait(self.relay.once(self.run_for()))

    def copy_of(self, by: Customer) -> dict[str, str]:
        """What Redis holds of the session."""
        return dict(self.directly.hgetall(self.place_of(by)))  # type: ignore[arg-type]  # typed for asyncio as well

    def place_of(self, by: Customer) -> str:
        opened = self.seal.open(by.browser.cookie or "")
        assert opened
        return PREFIX + key_of_secret(opened.content)


def twin_of(by: Customer) -> Visitor:
    return Visitor(cookie=by.browser.cookie)
