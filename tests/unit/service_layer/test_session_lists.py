"""A user's sessions: listed, ended one by one or all at once, cleared away when their time is over."""

from __future__ import annotations

import pytest

from adapters.sessions.cookie import CookieSessions
from adapters.sessions.memory import MemorySessions
from adapters.sessions.stored import StoredSessions
from domain.errors import InvalidCredentials, NotFound, Unauthenticated
from domain.identifiers import UserId
from service_layer.commands import ClearExpired, EndSession, EndSessions, LogIn, SeeSessions
from service_layer.handlers.sessions import clear_expired, end_session, end_sessions, log_in, see_sessions
from service_layer.ports.sessions import SessionStore
from service_layer.unit_of_work import UnitOfWork
from service_layer.views import SessionRow
from service_layer.visitor import Visitor
from tests.kit.service import By, Customer
from tests.kit.shop import PASSWORD_HASH, Shop


def rows(shop: Shop, by: By) -> list[SessionRow]:
    return shop.do(see_sessions, SeeSessions(), by)


def elsewhere(shop: Shop, customer: Customer) -> Visitor:
    """The same person on another device, a minute later."""
    shop.wait_a_while(minutes=1)
    device = Visitor(ip="198.51.100.1", user_agent="Phone")
    shop.do(log_in, LogIn(user_id=customer.user, password_hash=PASSWORD_HASH), device)
    return device


@pytest.fixture(params=[StoredSessions, MemorySessions], ids=lambda kind: kind.__name__)
def listing(request: pytest.FixtureRequest) -> Shop:
    """A shop whose sessions can be listed."""
    store: SessionStore = request.param()
    return Shop(sessions=store)


def test_one_sees_ones_own_newest_first(listing: Shop):
    ada = listing.account()
    listing.account()
    phone = elsewhere(listing, ada)

    assert [(row.user_agent, row.ip, row.current) for row in rows(listing, ada)] == [
        ("Phone", "198.51.100.1", False),
        ("Browser", "192.0.2.1", True),
    ]
    assert [row.current for row in rows(listing, phone)] == [True, False]
    assert rows(listing, ada)[0].created_at == rows(listing, ada)[0].last_seen_at == listing.clock.now()


def test_one_that_is_ended_twice_by_a_unit_ends_once(listing: Shop):
    ada = listing.account()
    elsewhere(listing, ada)

    def end_twice(command: EndSessions, uow: UnitOfWork) -> None:
        with uow:
            for record in uow.sessions_of(uow.session.require_user()) * 2:
                if record.user_agent == "Phone":
                    uow.end_session(record)
            uow.commit()

    listing.do(end_twice, EndSessions(), ada)

    assert [row.user_agent for row in rows(listing, ada)] == ["Browser"]


@pytest.mark.parametrize(
    ("handler", "command"),
    [(see_sessions, SeeSessions()), (end_session, EndSession(handle="x")), (end_sessions, EndSessions())],
)
def test_who_is_not_logged_in_has_none(listing: Shop, handler, command):
    stranger = Visitor()

    with listing.refuses(Unauthenticated, stranger):
        listing.do(handler, command, stranger)


def test_another_one_can_be_ended(listing: Shop):
    ada = listing.account()
    phone = elsewhere(listing, ada)

    listing.do(end_session, EndSession(handle=rows(listing, ada)[0].handle), ada)

    assert listing.session(phone).user_id is None and listing.session(ada).user_id == ada.user


def test_ending_this_one_is_logging_out(listing: Shop):
    ada = listing.account()

    listing.do(end_session, EndSession(handle=rows(listing, ada)[0].handle), ada)

    assert ada.browser.cookie is None and ada.browser.dead


def test_somebody_elses_is_not_there(listing: Shop):
    ada, eve = listing.account(), listing.account()

    for handle in (rows(listing, ada)[0].handle, "no-such-handle"):
        with listing.refuses(NotFound, eve):
            listing.do(end_session, EndSession(handle=handle), eve)

    assert listing.session(ada).user_id == ada.user


def test_all_can_be_ended_at_once(listing: Shop):
    ada, eve = listing.account(), listing.account()
    phone = elsewhere(listing, ada)

    listing.do(end_sessions, EndSessions(), ada)

    assert listing.session(phone).user_id is None and ada.browser.dead
    assert listing.session(eve).user_id == eve.user


def test_where_the_cookie_is_the_session_there_is_no_list():
    shop = Shop(sessions=CookieSessions())
    ada = shop.account()

    assert rows(shop, ada) == []
    shop.do(end_sessions, EndSessions(), ada)

    assert ada.browser.dead


@pytest.mark.parametrize("expected", [None, "$another$"])
def test_a_log_in_takes_a_user_and_the_hash_that_was_checked(shop: Shop, expected: str | None):
    ada, stranger = shop.account(), Visitor()
    user = ada.user if expected else UserId("ghost")

    with shop.refuses(InvalidCredentials, stranger):
        shop.do(log_in, LogIn(user_id=user, password_hash=expected or PASSWORD_HASH), stranger)


def test_what_has_expired_is_cleared_away_batch_by_batch(listing: Shop):
    for _ in range(3):
        listing.account()
    listing.wait_a_while(minutes=29)
    eve = listing.account()
    listing.wait_a_while(minutes=1)

    assert [listing.do(clear_expired, ClearExpired(limit=2)) for _ in range(3)] == [2, 1, 0]

    assert listing.session(eve).user_id == eve.user
