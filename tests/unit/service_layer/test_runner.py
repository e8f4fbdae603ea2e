"""The runner: handlers get what they ask for by name, commands and queries their lanes, requests their time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from service_layer.commands import SeeSession
from service_layer.handlers.orders import place_order
from service_layer.handlers.sessions import see_session
from service_layer.handlers.users import sign_up
from service_layer.ports.errors import Unavailable
from service_layer.runner import Runner
from tests.kit.handlers import Redecorate, redecorate
from tests.kit.shop import Shop


@pytest.fixture
def runner(shop: Shop) -> Iterator[Runner]:
    shop.runner.start()
    yield shop.runner
    shop.runner.stop()


def test_a_command_is_run_in_a_unit_that_writes(shop: Shop, runner: Runner):
    ada = shop.account()
    shop.faults.begun.clear()

    result = asyncio.run(runner.for_visitor(ada.browser, 5)(redecorate, Redecorate()))

    assert result == "Changed" and shop.events == ["PasswordChanged"]
    assert [write for write, _ in shop.faults.begun] == [True]


def test_a_query_is_run_in_a_unit_that_only_reads(shop: Shop, runner: Runner):
    ada = shop.account()
    shop.faults.begun.clear()

    seen = asyncio.run(runner.for_visitor(ada.browser, 5)(see_session, SeeSession()))

    assert seen.user_id == ada.user and [write for write, _ in shop.faults.begun] == [False]


def test_a_handler_gets_what_it_names(shop: Shop):
    assert shop.runner.wanted_by(see_session) == {}
    assert shop.runner.wanted_by(place_order) == {"clock": shop.clock, "ids": shop.ids}
    assert shop.runner.wanted_by(sign_up) == {"clock": shop.clock, "ids": shop.ids, "currency": "EUR"}
    assert shop.runner.wanted_by(sign_up) is shop.runner.wanted_by(sign_up)


def test_all_units_of_a_request_share_its_time(shop: Shop, runner: Runner):
    ada = shop.account()
    run = runner.for_visitor(ada.browser, 0.0)

    assert run.seconds_left() <= 0
    with pytest.raises(Unavailable):
        asyncio.run(run(redecorate, Redecorate()))

    assert shop.events == []


def test_a_stopped_runner_takes_no_more(shop: Shop):
    ada = shop.account()
    shop.runner.start()
    shop.runner.stop()

    for handler, command in ((redecorate, Redecorate()), (see_session, SeeSession())):
        with pytest.raises(Unavailable):
            asyncio.run(shop.runner.for_visitor(ada.browser, 5)(handler, command))
