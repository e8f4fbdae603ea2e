"""What a unit leaves in the outbox is in the hands of its own process's relay as soon as it is durable."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service_layer import handoff
from service_layer.flows.relay import Relay
from service_layer.gateway import OutsideUnits
from service_layer.group import Group, Outcome
from service_layer.handoff import LEAST, Handoff
from service_layer.ports.errors import Conflict
from service_layer.records import CLAIMED
from tests.kit.paying import deliver
from tests.kit.riding import jobs_of, people_of, ride
from tests.kit.shop import Shop


@pytest.fixture
def beside(shop: Shop) -> Handoff:
    beside = Handoff(shop.clock)
    beside.open()
    return beside


@pytest.fixture
def relay(shop: Shop, beside: Handoff) -> Relay:
    return Relay(OutsideUnits(shop.line), shop.publisher, handoff=beside)


def at_once(shop: Shop, relay: Relay) -> int:
    return shop.wait(relay.at_once(shop.run_for()))


def publish(shop: Shop, beside: Handoff, number: int = 1) -> list[Outcome]:
    """As many events, each from a unit of its own, all in one group."""
    group = Group(shop.store, shop.keeping, write=True, handoff=beside)
    return ride(group, jobs_of(shop, people_of(shop, number)))


def test_what_is_committed_is_delivered_without_being_looked_for(shop: Shop, beside: Handoff, relay: Relay):
    publish(shop, beside, 3)

    assert deliver(shop) == 0 and at_once(shop, relay) == 3 and at_once(shop, relay) == 0
    assert [name for _, name, _ in shop.publisher.published] == ["PasswordChanged"] * 3
    assert shop.rows("messages") == []


def test_what_is_not_committed_is_handed_to_nobody(shop: Shop, beside: Handoff, relay: Relay):
    jobs = jobs_of(shop, people_of(shop, 1))
    shop.faults.at("commit", Conflict("somebody was faster"))

    (outcome,) = ride(Group(shop.store, shop.keeping, write=True, handoff=beside), jobs)

    assert outcome.error is not None and at_once(shop, relay) == 0 and shop.publisher.published == []


def test_what_a_process_takes_with_it_is_found_when_its_claim_is_over(shop: Shop, beside: Handoff):
    publish(shop, beside)
    beside.take(1)

    shop.clock.advance(CLAIMED)

    assert deliver(shop) == 1


@pytest.mark.parametrize("waited", [CLAIMED - LEAST, CLAIMED, 2 * CLAIMED])
def test_what_has_waited_until_others_may_find_it_is_left_to_them(
    shop: Shop, beside: Handoff, relay: Relay, waited: timedelta
):
    publish(shop, beside)
    shop.clock.advance(waited)

    assert at_once(shop, relay) == 0
    shop.clock.advance(CLAIMED)
    assert (deliver(shop), at_once(shop, relay), len(shop.publisher.published)) == (1, 0, 1)


def test_nothing_is_claimed_where_nobody_takes(shop: Shop, beside: Handoff):
    publish(shop, Handoff(shop.clock))
    beside.close()
    publish(shop, beside)

    assert deliver(shop) == 2


def test_what_is_too_much_for_the_relay_is_left_to_be_found(
    shop: Shop, beside: Handoff, relay: Relay, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(handoff, "MOST", 3)
    publish(shop, beside, 2)
    publish(shop, beside, 2)

    assert deliver(shop) == 2 and at_once(shop, relay) == 2


def test_the_oldest_come_first(shop: Shop, beside: Handoff):
    publish(shop, beside)
    publish(shop, beside)
    written = sorted(row["id"] for row in shop.rows("messages"))

    assert [message.id for message in [*beside.take(1), *beside.take(5)]] == written
