"""The cookie: believed only if we sealed it, renewed when that is due, dead when its time is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.cookies.signed import SignedCookies
from adapters.sessions.cookie import CookieSessions
from adapters.sessions.memory import MemorySessions
from adapters.sessions.stored import StoredSessions
from service_layer.commands import ChangePreferences, SeeSession, Touch
from service_layer.handlers.sessions import change_preferences, see_session, touch
from service_layer.ports.errors import SessionTooLarge
from service_layer.ports.sessions import SessionStore
from service_layer.visitor import Visitor
from tests.kit.handlers import Redecorate, redecorate
from tests.kit.service import KEY, Customer
from tests.kit.shop import Shop


def copy_of(customer: Customer) -> Visitor:
    """Another request with the same cookie."""
    return Visitor(cookie=customer.browser.cookie)


def prefer(shop: Shop, visitor: Customer | Visitor, **preferences: object) -> None:
    shop.do(change_preferences, ChangePreferences(patch=preferences), visitor)


class TestCookies:
    @pytest.mark.parametrize("cookie", ["", "garbage", "a.b", "x" * 5000, "\ud800", "é"])
    def test_a_cookie_that_we_have_not_sealed_makes_the_visitor_anonymous(self, any_shop: Shop, cookie: str):
        visitor = Visitor(cookie=cookie)

        assert any_shop.do(see_session, SeeSession(), visitor).user_id is None
        assert visitor.dead and not visitor.renewed

    def test_a_good_cookie_of_no_session_is_dead(self, any_shop: Shop):
        visitor = Visitor(cookie=any_shop.seal.seal("nobody's"))

        assert any_shop.do(see_session, SeeSession(), visitor).user_id is None and visitor.dead

    def test_a_dead_cookie_is_replaced_once_there_is_something_to_keep(self, shop: Shop):
        visitor = Visitor(cookie="garbage")

        prefer(shop, visitor, theme="dark")

        assert visitor.renewed and not visitor.dead and shop.session(visitor).preferences == {"theme": "dark"}

    @pytest.mark.parametrize("sessions", [StoredSessions, MemorySessions])
    def test_the_cookie_stays_where_the_server_keeps_the_session(self, sessions: type[SessionStore]):
        shop = Shop(sessions=sessions())
        ada = shop.account()
        ada.browser.renewed = False

        prefer(shop, ada, theme="dark")

        assert not ada.browser.renewed and shop.session(ada).preferences == {"theme": "dark"}

    def test_the_cookie_is_the_session_where_nobody_else_keeps_it(self):
        shop = Shop(sessions=CookieSessions())
        ada = shop.account()
        before = copy_of(ada)

        prefer(shop, ada, theme="dark")

        assert shop.session(ada).preferences == {"theme": "dark"} and shop.session(before).preferences == {}

    def test_a_cookie_over_4096_bytes_commits_nothing(self):
        shop = Shop(sessions=CookieSessions())
        ada = shop.account()

        with shop.refuses(SessionTooLarge, ada):
            shop.do(redecorate, Redecorate(preferences={"x": "y" * 3000}), ada)

        assert shop.session(ada).preferences == {}

    def test_a_cookie_under_an_old_key_is_sealed_anew_by_a_commit_and_nothing_else_changes(self, any_shop: Shop):
        ada = any_shop.account()
        old = SignedCookies("session", ["o" * 32], "session")
        opened = any_shop.seal.open(ada.browser.cookie or "")
        visitor = Visitor(cookie=old.seal(opened.content if opened else ""))
        any_shop.seal_with(KEY, "o" * 32)
        before = any_shop.books()

        any_shop.do(see_session, SeeSession(), visitor)
        assert visitor.touch_due and not visitor.renewed
        any_shop.do(touch, Touch(), visitor)

        assert visitor.renewed and not visitor.touch_due and any_shop.books() == before
        assert any_shop.seal.open(visitor.cookie or "") == any_shop.seal.open(ada.browser.cookie or "")


class TestTime:
    def test_being_seen_is_written_once_in_a_tenth_of_the_idle_time(self, any_shop: Shop):
        ada = any_shop.account()
        before = any_shop.session(ada).idle_expires_at
        assert before

        any_shop.wait_a_while(seconds=179)
        any_shop.do(touch, Touch(), ada)
        assert not ada.browser.touch_due and any_shop.session(ada).idle_expires_at == before

        any_shop.wait_a_while(seconds=1)
        any_shop.do(see_session, SeeSession(), ada)
        assert ada.browser.touch_due
        any_shop.do(touch, Touch(), ada)
        assert any_shop.session(ada).idle_expires_at == before + timedelta(seconds=180)

    def test_who_is_away_too_long_is_a_stranger(self, any_shop: Shop):
        ada = any_shop.account()

        any_shop.wait_a_while(minutes=30)

        assert any_shop.do(see_session, SeeSession(), ada).user_id is None and ada.browser.dead

    def test_who_comes_in_time_stays(self, any_shop: Shop):
        ada = any_shop.account()

        for _ in range(5):
            any_shop.wait_a_while(minutes=29)
            any_shop.do(touch, Touch(), ada)

        assert any_shop.session(ada).user_id == ada.user

    def test_nobody_stays_for_ever(self, any_shop: Shop):
        ada = any_shop.account()
        end = any_shop.session(ada).expires_at

        for _ in range(24):
            any_shop.wait_a_while(minutes=20)
            any_shop.do(touch, Touch(), ada)

        assert end == any_shop.clock.now() and any_shop.session(ada).user_id is None

    def test_a_session_that_has_expired_is_not_revived_by_what_is_kept_now(self, shop: Shop):
        ada = shop.account()
        shop.wait_a_while(minutes=30)

        prefer(shop, ada, theme="dark")

        assert (shop.session(ada).user_id, shop.session(ada).preferences) == (None, {"theme": "dark"})
