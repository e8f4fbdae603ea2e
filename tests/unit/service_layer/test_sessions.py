"""A visitor's session, request after request: begun, renewed, touched, ended; and what becomes of it on rollback."""

from __future__ import annotations

import hashlib

import pytest

from domain.errors import InsufficientFunds
from service_layer.commands import ChangePreferences, EndSessions, LogIn, LogOut, SeeSession, Touch
from service_layer.handlers.sessions import change_preferences, end_sessions, log_in, log_out, see_session, touch
from service_layer.ports.errors import Conflict, OutcomeUnknown, Unavailable
from service_layer.visitor import Visitor
from tests.kit.handlers import Redecorate, redecorate, redecorate_and_crash, redecorate_and_refuse
from tests.kit.service import Customer
from tests.kit.shop import PASSWORD_HASH, Shop


def copy_of(customer: Customer) -> Visitor:
    """Another request with the same cookie."""
    return Visitor(cookie=customer.browser.cookie)


def prefer(shop: Shop, visitor: Customer | Visitor, **preferences: object) -> None:
    shop.do(change_preferences, ChangePreferences(patch=preferences), visitor)


class TestOnRollback:
    """HTTP.md: what happens to the session when a request fails. The web clears it after a crash, by logging out."""

    @pytest.mark.parametrize(
        ("handler", "error"), [(redecorate_and_refuse, InsufficientFunds), (redecorate_and_crash, ZeroDivisionError)]
    )
    def test_what_was_staged_is_discarded_and_the_visitor_stays(self, any_shop: Shop, handler, error):
        ada = any_shop.account()
        prefer(any_shop, ada, language="en")
        before = any_shop.session(ada)

        with any_shop.refuses(error, ada):
            any_shop.do(handler, Redecorate(), ada)

        assert any_shop.session(ada) == before and before.user_id == ada.user

    @pytest.mark.parametrize("error", [Unavailable(), Conflict(), OutcomeUnknown()])
    @pytest.mark.parametrize("step", ["begin", "stage", "write", "commit"])
    def test_an_outage_logs_nobody_out(self, any_shop: Shop, step: str, error: Exception):
        ada = any_shop.account()
        before = any_shop.session(ada)
        any_shop.faults.at(step, error, times=1)

        with any_shop.refuses(type(error), ada):
            any_shop.do(redecorate, Redecorate(), ada)

        assert any_shop.session(ada) == before

    def test_after_a_crash_the_log_out_clears_it(self, any_shop: Shop):
        ada = any_shop.account()
        with pytest.raises(ZeroDivisionError):
            any_shop.do(redecorate_and_crash, Redecorate(), ada)

        any_shop.do(log_out, LogOut(), ada)

        assert ada.browser.cookie is None and ada.browser.dead and not ada.browser.renewed


class TestBeginning:
    def test_a_visitor_of_whom_nothing_is_to_be_kept_gets_no_session(self, any_shop: Shop):
        stranger = Visitor()

        any_shop.do(touch, Touch(), stranger)
        prefer(any_shop, stranger)

        assert any_shop.books() == {} and stranger.read
        assert (stranger.cookie, stranger.renewed, stranger.dead) == (None, False, False)

    def test_a_visitor_with_a_preference_gets_one(self, any_shop: Shop):
        stranger = Visitor()

        prefer(any_shop, stranger, theme="dark")

        assert stranger.renewed and any_shop.session(stranger).preferences == {"theme": "dark"}

    def test_looking_begins_nothing(self, shop: Shop):
        seen = shop.do(see_session, SeeSession(), Visitor())

        assert (seen.user_id, seen.last_order_id, seen.expires_at, seen.idle_expires_at) == (None, None, None, None)
        assert (seen.roles, seen.preferences) == (frozenset(), {}) and shop.books() == {}

    def test_the_store_keeps_no_id_only_its_hash(self, shop: Shop):
        ada = shop.account()
        opened = shop.seal.open(ada.browser.cookie or "")

        assert opened and hashlib.sha256(opened.content.encode()).hexdigest() == shop.rows("sessions")[0]["key"]
        assert opened.content not in repr(shop.books())

    def test_it_remembers_where_it_began(self, shop: Shop):
        shop.account()

        assert (shop.rows("sessions")[0]["ip"], shop.rows("sessions")[0]["user_agent"]) == ("192.0.2.1", "Browser")


class TestIdentity:
    def test_a_log_in_gets_a_new_id_and_the_old_one_is_worth_nothing(self, shop: Shop):
        ada, planted = shop.account(), Visitor()
        prefer(shop, planted, theme="dark")
        before = Visitor(cookie=planted.cookie)

        shop.do(log_in, LogIn(user_id=ada.user, password_hash=PASSWORD_HASH), planted)

        assert planted.cookie != before.cookie and shop.session(planted).user_id == ada.user
        assert shop.session(before).user_id is None
        assert shop.session(planted).preferences == {"theme": "dark"}

    def test_a_log_in_leaves_another_users_preferences_behind_and_takes_ones_own_along(self, shop: Shop):
        ada, bob, nobody = shop.account(), shop.account(), Visitor()
        for visitor in (ada, nobody):
            shop.do(change_preferences, ChangePreferences(patch={"theme": "dark"}), visitor)
        for visitor in (ada, nobody):
            shop.do(log_in, LogIn(user_id=bob.user, password_hash=PASSWORD_HASH), visitor)

        assert shop.session(ada).preferences == {} and shop.session(nobody).preferences == {"theme": "dark"}

    def test_a_log_in_forgets_the_last_order_of_whoever_was_there_before(self, shop: Shop):
        ada, bob = shop.account(balance=1000), shop.account()
        shop.product(price=1000)
        shop.order(ada)

        shop.do(log_in, LogIn(user_id=bob.user, password_hash=PASSWORD_HASH), ada)

        assert (shop.session(ada).user_id, shop.session(ada).last_order_id) == (bob.user, None)

    def test_a_log_out_leaves_no_record_and_no_cookie(self, shop: Shop):
        ada = shop.account()
        stolen = copy_of(ada)

        shop.do(log_out, LogOut(), ada)

        assert shop.rows("sessions") == [] and ada.browser.cookie is None and ada.browser.dead
        assert shop.session(stolen).user_id is None

    def test_a_log_out_may_be_repeated(self, any_shop: Shop):
        ada = any_shop.account()

        for _ in range(2):
            any_shop.do(log_out, LogOut(), ada)

        assert ada.browser.cookie is None

    def test_whatever_was_staged_beside_a_log_out_is_gone_too(self, shop: Shop):
        ada = shop.account()

        with shop.unit(ada.browser) as uow:
            uow.session.preferences = {"theme": "dark"}
            uow.session.log_out()
            uow.commit()

        assert shop.rows("sessions") == []

    def test_everywhere_means_here_too(self, shop: Shop):
        ada, other = shop.account(), Visitor()
        shop.do(log_in, LogIn(user_id=ada.user, password_hash=PASSWORD_HASH), other)

        shop.do(end_sessions, EndSessions(), ada)

        assert shop.rows("sessions") == [] and ada.browser.dead
        assert shop.session(other).user_id is None
