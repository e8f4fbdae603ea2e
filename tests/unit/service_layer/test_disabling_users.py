"""Somebody is shut out: every session ends with the commit, and no log-in works until they are let in again."""

from __future__ import annotations

import pytest

from adapters.sessions.memory import MemorySessions
from adapters.sessions.stored import StoredSessions
from domain.errors import Forbidden, InvalidCredentials, NotFound, Unauthenticated
from domain.identifiers import UserId
from domain.users import Email
from service_layer.commands import DisableUser, EnableUser, LogIn
from service_layer.handlers.sessions import log_in
from service_layer.handlers.users import disable_user, enable_user
from service_layer.ports.errors import Unavailable
from service_layer.ports.sessions import SessionStore
from service_layer.visitor import Visitor
from tests.kit.service import Customer
from tests.kit.shop import PASSWORD_HASH, Shop


@pytest.fixture(params=[StoredSessions, MemorySessions], ids=lambda kind: kind.__name__)
def shop(request: pytest.FixtureRequest) -> Shop:
    sessions: SessionStore = request.param()
    return Shop(sessions=sessions)


def elsewhere(shop: Shop, ada: Customer) -> Visitor:
    """Another browser of the same person."""
    browser = Visitor()
    shop.do(log_in, LogIn(user_id=ada.user, password_hash=PASSWORD_HASH), browser)
    return browser


@pytest.mark.parametrize("whom", ["id", "email"])
def test_a_disabled_user_has_no_session_and_gets_none(shop: Shop, whom: str):
    ada, bob = shop.account(), shop.account()
    phone = elsewhere(shop, ada)

    shop.do(disable_user, DisableUser(whom=ada.user if whom == "id" else ada.email))

    assert shop.session(ada).user_id is shop.session(phone).user_id is None
    assert shop.session(bob).user_id == bob.user
    with pytest.raises(InvalidCredentials):
        elsewhere(shop, ada)
    assert shop.events == ["UserDisabled"]


def test_an_enabled_user_may_log_in_and_no_old_session_comes_back(shop: Shop):
    ada = shop.account()
    shop.do(disable_user, DisableUser(whom=ada.user))

    shop.do(enable_user, EnableUser(whom=ada.email))

    assert shop.session(ada).user_id is None
    assert shop.session(elsewhere(shop, ada)).user_id == ada.user


def test_both_may_be_repeated(shop: Shop):
    ada = shop.account()
    shop.do(enable_user, EnableUser(whom=ada.user))
    shop.do(disable_user, DisableUser(whom=ada.user))
    since = shop.rows("users")[0]["disabled_at"]
    shop.wait_a_while(hours=1)

    shop.do(disable_user, DisableUser(whom=ada.user))

    assert shop.rows("users")[0]["disabled_at"] == since and shop.events == ["UserDisabled"]


def test_what_is_rolled_back_ends_no_session(shop: Shop):
    ada = shop.account()
    shop.faults.at("commit", Unavailable(), times=1)

    with pytest.raises(Unavailable):
        shop.do(disable_user, DisableUser(whom=ada.user))

    assert shop.session(ada).user_id == ada.user


@pytest.mark.parametrize(("handler", "command"), [(disable_user, DisableUser), (enable_user, EnableUser)])
def test_it_is_for_the_staff_and_for_users_that_there_are(shop: Shop, handler, command):
    ada = shop.account()

    with shop.refuses(Forbidden, ada):
        shop.do(handler, command(whom=ada.user), ada)
    with pytest.raises(Unauthenticated):
        shop.do(handler, command(whom=ada.user), Visitor())
    for nobody in (UserId("nobody"), Email("nobody@example.com")):
        with shop.refuses(NotFound):
            shop.do(handler, command(whom=nobody))


def test_staff_who_shut_themselves_out_are_logged_out(shop: Shop):
    ada = shop.account()
    ada.browser.operator = True

    shop.do(disable_user, DisableUser(whom=ada.user), ada)

    assert ada.browser.dead and ada.browser.cookie is None
