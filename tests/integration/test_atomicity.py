"""Atomicity by injection: whatever fails, wherever in the commit, rows, stock, outbox and session are as before.

The steps of a commit: prepare the session (`stage`), prepare the store (`write`), the decision (`commit` before it
has happened, `committed` after), and `finish`. From the same code on memory and on SQLite, alone and in a group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.sessions.cookie import CookieSessions
from adapters.sessions.memory import MemorySessions
from adapters.sessions.stored import StoredSessions
from domain.errors import InsufficientFunds
from service_layer import lane
from service_layer.commands import Command, LogIn, Touch
from service_layer.handlers.orders import place_order
from service_layer.handlers.sessions import log_in, touch
from service_layer.ports.errors import Conflict, OutcomeUnknown, SessionNotSerializable, SessionTooLarge, Unavailable
from service_layer.ports.sessions import SessionStore
from service_layer.visitor import Visitor
from tests.kit import stores
from tests.kit.asking import buying
from tests.kit.handlers import Redecorate, redecorate
from tests.kit.riding import errors_of, ride
from tests.kit.shop import PASSWORD_HASH, Customer, Shop

BEFORE_THE_DECISION = ["begin", "load", "stage", "write", "commit"]
ERRORS = [InsufficientFunds(), Conflict(), Unavailable(), OutcomeUnknown(), RuntimeError("crash")]
Act = Callable[[Shop, Customer, Callable[..., Any], Command], object]


def alone(shop: Shop, by: Customer, handler: Callable[..., Any], command: Command) -> object:
    return shop.do(handler, command, by)


def in_a_group(shop: Shop, by: Customer, handler: Callable[..., Any], command: Command) -> object:
    """Second of three in a lane; the others are passers-by."""
    jobs = [shop.job(touch, Touch(), Visitor()), shop.job(handler, command, by), shop.job(touch, Touch(), Visitor())]
    outcome = ride(shop.group, jobs)[1]
    if outcome.error is not None:
        raise outcome.error
    return outcome.result


@pytest.fixture(params=[alone, in_a_group], ids=lambda act: act.__name__)
def act(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Act:
    monkeypatch.setattr(lane, "LONGEST_PAUSE", 0.0)
    return request.param


@pytest.fixture(params=[StoredSessions, MemorySessions, CookieSessions], ids=lambda kind: kind.__name__)
def sessions(request: pytest.FixtureRequest) -> SessionStore:
    return request.param()


@pytest.fixture(params=stores.KINDS)
def shop(request: pytest.FixtureRequest, tmp_path: Path, sessions: SessionStore) -> Iterator[Shop]:
    with stores.opened(request.param, tmp_path) as store:
        shop = Shop(store, sessions)
        yield shop
        shop.faults.none()
        assert shop.laws() == {}


@pytest.fixture
def ada(shop: Shop) -> Customer:
    """With money, and ten mugs in the shop."""
    shop.product(price=1200, on_hand=10)
    ada = shop.account(balance=5000)
    shop.wait_a_while(minutes=5)  # so that being seen is due to be written, too
    return ada


STORIES: dict[str, Callable[[Customer], tuple[Callable[..., Any], Command]]] = {
    "an order": lambda ada: (place_order, buying({"mug": 2}, key="k")),
    "a log-in": lambda ada: (log_in, LogIn(user_id=ada.user, password_hash=PASSWORD_HASH, rehashed="$new$")),
    "a change of everything": lambda ada: (redecorate, Redecorate()),
}


def whole(shop: Shop, ada: Customer) -> bool:
    """Two mugs are ordered, once: rows, stock, money and outbox."""
    orders = [order["status"] for order in shop.rows("orders")]
    return (orders, shop.stock(), shop.balance(ada), shop.events) == (["confirmed"], (8, 0), 2600, ["OrderConfirmed"])


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("step", BEFORE_THE_DECISION)
def test_whatever_fails_before_the_decision_leaves_everything_as_it_was(
    shop: Shop, ada: Customer, act: Act, story: str, step: str
):
    before, seen, cookie = shop.books(), shop.session(ada), ada.browser.cookie
    handler, command = STORIES[story](ada)

    for error in ERRORS:
        shop.faults.at(step, error)
        with pytest.raises((type(error), Unavailable, OutcomeUnknown)):
            act(shop, ada, handler, command)
        shop.faults.none()

        assert shop.books() == before
        assert (ada.browser.cookie, ada.browser.dead) == (cookie, False) and shop.session(ada) == seen


@pytest.mark.parametrize("step", BEFORE_THE_DECISION)
def test_a_conflict_met_once_costs_nothing_but_a_second_attempt(shop: Shop, ada: Customer, step: str):
    shop.faults.at(step, Conflict(), times=1)

    in_a_group(shop, ada, place_order, buying({"mug": 2}, key="k"))

    assert whole(shop, ada)


def test_an_error_in_finish_is_a_crash_and_the_decision_stands(shop: Shop, ada: Customer, act: Act):
    shop.faults.at("finish", RuntimeError("crash"))

    with pytest.raises(RuntimeError):
        act(shop, ada, place_order, buying({"mug": 2}, key="k"))

    assert whole(shop, ada)


def test_a_decision_nobody_heard_of_is_whole_all_the_same(shop: Shop, ada: Customer, act: Act, sessions: SessionStore):
    cookie, renewed = ada.browser.cookie, ada.browser.renewed
    shop.faults.at("committed", OutcomeUnknown())

    with pytest.raises(OutcomeUnknown):
        act(shop, ada, place_order, buying({"mug": 2}, key="k"))

    shop.faults.none()
    pointers = [order["id"] for order in shop.rows("orders")] if isinstance(sessions, StoredSessions) else [None]
    assert whole(shop, ada) and [shop.session(ada).last_order_id] == pointers
    assert (ada.browser.cookie, ada.browser.renewed) == (cookie, renewed)


@pytest.mark.parametrize(
    ("preferences", "error"),
    [({"x": object()}, SessionNotSerializable), ({"x": "y" * 5000}, SessionTooLarge)],
    ids=["not JSON", "over 4 KB"],
)
def test_a_session_that_cannot_be_kept_commits_nothing(shop: Shop, ada: Customer, act: Act, preferences, error):
    before, seen = shop.books(), shop.session(ada)

    with pytest.raises(error):
        act(shop, ada, redecorate, Redecorate(preferences=preferences))

    assert shop.books() == before and shop.session(ada) == seen


@pytest.mark.parametrize("sessions", [CookieSessions()], ids=["CookieSessions"])
def test_a_cookie_over_4096_bytes_commits_nothing(shop: Shop, ada: Customer, act: Act):
    before, seen = shop.books(), shop.session(ada)

    with pytest.raises(SessionTooLarge):
        act(shop, ada, redecorate, Redecorate(preferences={"x": "y" * 3000}))

    assert shop.books() == before and shop.session(ada) == seen


def test_one_whose_session_fails_is_undone_alone_and_the_others_ride_on(shop: Shop, ada: Customer):
    people = [ada, shop.account(balance=5000), shop.account(balance=5000)]
    before = shop.session(ada)
    shop.faults.at("stage", RuntimeError("crash"), times=1)

    outcomes = ride(shop.group, [shop.job(place_order, buying({"mug": 2}), person) for person in people])

    assert errors_of(outcomes) == [RuntimeError, None, None] and shop.session(ada) == before
    assert [shop.balance(person) for person in people] == [5000, 2600, 2600] and shop.stock() == (6, 0)
