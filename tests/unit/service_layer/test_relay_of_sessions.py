"""The relay tells where sessions are kept how they have changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service_layer.flows.relay import Relay
from service_layer.gateway import OutsideUnits
from service_layer.outbox import SESSION, session_message
from service_layer.ports.errors import Unavailable
from service_layer.ports.store import Store
from service_layer.records import CLAIMED
from tests.kit.shop import Shop


class Elsewhere:
    """Where sessions are kept; `away` for so many times."""

    def __init__(self, away: int = 0) -> None:
        self.told: list[Mapping[str, object]] = []
        self._away = away

    def beside(self, store: Store) -> Store:
        return store

    def follow(self, changes: Sequence[Mapping[str, object]]) -> None:
        self._away -= 1
        if self._away >= 0:
            raise Unavailable
        self.told += changes


def leave_a_change(shop: Shop) -> None:
    with shop.unit() as uow:
        uow.messages.add(session_message(shop.ids.new(), '{"version":2}', shop.clock.now()))
        uow.commit()


def relay_to(shop: Shop, elsewhere: Elsewhere | None) -> Relay:
    return Relay(OutsideUnits(shop.line), shop.publisher, elsewhere)


def test_a_change_is_told_once_and_to_nobody_else(shop: Shop):
    elsewhere = Elsewhere()
    relay = relay_to(shop, elsewhere)
    leave_a_change(shop)

    assert [shop.wait(relay.once(shop.run_for())) for _ in range(2)] == [1, 0]

    assert elsewhere.told == [{"version": 2}]
    assert shop.publisher.published == [] and shop.rows("messages") == []


def test_where_they_are_kept_is_away_so_it_is_told_later(shop: Shop):
    elsewhere = Elsewhere(away=1)
    relay = relay_to(shop, elsewhere)
    leave_a_change(shop)

    assert shop.wait(relay.once(shop.run_for())) == 0
    assert elsewhere.told == [] and [message["name"] for message in shop.rows("messages")] == [SESSION]

    shop.clock.advance(CLAIMED)
    assert shop.wait(relay.once(shop.run_for())) == 1 and elsewhere.told == [{"version": 2}]


def test_events_are_published_though_nobody_can_be_told_of_sessions(shop: Shop):
    shop.product()
    leave_a_change(shop)
    shop.order(shop.account(balance=5000))

    assert shop.wait(relay_to(shop, Elsewhere(away=1)).once(shop.run_for())) == 1

    assert [name for _, name, _ in shop.publisher.published] == ["OrderConfirmed"]


def test_where_nobody_follows_any_more_the_message_is_done(shop: Shop):
    leave_a_change(shop)

    assert shop.wait(relay_to(shop, None).once(shop.run_for())) == 1

    assert shop.rows("messages") == []
