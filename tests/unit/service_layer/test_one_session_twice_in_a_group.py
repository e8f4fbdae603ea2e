"""Two units of one session that ride together: the second sees what the first has made of it."""

from __future__ import annotations

import pytest

from adapters.sessions.memory import MemorySessions
from adapters.sessions.stored import StoredSessions
from service_layer.commands import ChangePreferences, LogOut
from service_layer.handlers.sessions import change_preferences, log_out
from service_layer.ports.sessions import SessionStore
from service_layer.visitor import Visitor
from tests.kit.shop import Shop


@pytest.fixture(params=[StoredSessions, MemorySessions])
def shop(request: pytest.FixtureRequest) -> Shop:
    sessions: SessionStore = request.param()
    return Shop(sessions=sessions)


def test_writers_of_different_members_both_survive(shop: Shop):
    ada = shop.account()

    shop.group.run(
        [
            shop.job(change_preferences, ChangePreferences(patch={"theme": "dark"}), ada),
            shop.job(change_preferences, ChangePreferences(patch={"language": "en"}), ada),
        ]
    )

    assert shop.session(ada).preferences == {"theme": "dark", "language": "en"}


def test_nobody_brings_back_a_session_that_was_logged_out(shop: Shop):
    ada = shop.account()
    late = Visitor(cookie=ada.browser.cookie)

    shop.group.run(
        [
            shop.job(log_out, LogOut(), ada),
            shop.job(change_preferences, ChangePreferences(patch={"theme": "dark"}), late),
        ]
    )

    assert shop.session(ada).user_id is None and shop.session(late).user_id is None
