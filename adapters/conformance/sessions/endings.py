"""Sessions that end because of something else: a new role, a disabled user, a log-in too many."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from adapters.conformance.sessions.browsers import Failing, World, copy_of
from adapters.conformance.sessions.lanes import Lanes
from adapters.conformance.sessions.opening import OpenedSessions, require
from domain.users import User
from service_layer.alone import Alone
from service_layer.ports.sessions import SessionCapabilities
from service_layer.unit_of_work import UnitOfWork
from service_layer.visitor import Visitor

MOST: Final = 3  # sessions of one user
A_MOMENT: Final = 0.3  # seconds: long enough for somebody else to come, and wait


class Endings(OpenedSessions):
    """They end in the same commit, and live on if there is none."""

    def test_all_sessions_of_a_user_end_with_the_commit(self, world: World, able: SessionCapabilities) -> None:
        require(able, "revocable", "listable")
        ada, bob = world.person("Ada"), world.person("Bob")
        hers, his = [world.log_in(ada) for _ in range(3)], world.log_in(bob)

        with world.unit(Visitor()) as uow:
            uow.end_sessions_of(ada.id)
            uow.commit()

        assert [world.who(copy_of(browser)) for browser in hers] == [None] * 3 and world.who(his) == bob.id

    def test_without_a_commit_they_live_on(self, world: World) -> None:
        ada = world.person()
        browser = world.log_in(ada)

        with world.unit(Visitor()) as uow:
            uow.end_sessions_of(ada.id)
        with world.unit(copy_of(browser), Failing) as uow:
            uow.end_sessions_of(ada.id)
            with pytest.raises(OSError, match="the disk is full"):
                uow.commit()

        assert world.who(browser) == ada.id

    def test_one_that_is_kept_gets_a_new_id_by_the_commit_that_ends_the_others(
        self, world: World, able: SessionCapabilities
    ) -> None:
        require(able, "revocable", "listable")
        ada = world.person()
        here, there = world.log_in(ada), world.log_in(ada)
        before = here.cookie

        with world.unit(here) as uow:
            uow.end_sessions_of(ada.id, but_own=True)
            uow.session.renew_id()
            uow.commit()

        assert world.who(here) == ada.id and here.cookie != before
        assert world.who(before) is world.who(there) is None

    def test_ones_own_session_ends_whether_it_can_be_listed_or_not(self, world: World) -> None:
        ada = world.person()
        browser = world.log_in(ada)

        with world.unit(browser) as uow:
            uow.end_sessions_of(ada.id)
            uow.commit()

        assert browser.dead and browser.cookie is None

    def test_the_oldest_session_ends_with_the_log_in_that_is_one_too_many(
        self, world: World, able: SessionCapabilities
    ) -> None:
        require(able, "revocable", "listable")
        world.keeping = replace(world.keeping, per_user=MOST)
        ada, bob = world.person("Ada"), world.person("Bob")
        browsers, his = [world.log_in(ada) for _ in range(MOST)], world.log_in(bob)

        with world.unit(Visitor(), Failing) as uow:
            uow.session.log_in(ada, world.time)
            with pytest.raises(OSError, match="the disk is full"):
                uow.commit()
        assert [world.who(browser) for browser in browsers] == [ada.id] * MOST

        browsers.append(world.log_in(ada))
        assert [world.who(browser) for browser in browsers] == [None] + [ada.id] * MOST and world.who(his) == bob.id

        world.log_in(ada, browsers[-1])  # in the place of its own
        assert [world.who(browser) for browser in browsers] == [None] + [ada.id] * MOST

    def test_what_has_expired_takes_no_place(self, world: World, able: SessionCapabilities) -> None:
        require(able, "revocable", "listable")
        world.keeping = replace(world.keeping, per_user=MOST)
        ada = world.person()
        for _ in range(MOST):
            world.log_in(ada)
        world.time += world.keeping.lifetime.idle

        browsers = [world.log_in(ada) for _ in range(MOST)]

        assert [world.who(browser) for browser in browsers] == [ada.id] * MOST

    def test_a_log_in_that_is_under_way_while_all_end_does_not_slip_through(
        self, world: World, able: SessionCapabilities
    ) -> None:
        require(able, "revocable", "listable", "atomic")
        ada, late = world.person(), Visitor()
        log_in = threading.Thread(target=_log_in, args=(world, ada, late))
        needs = {("sessions", "user_id"): {ada.id}, ("users", "key"): {ada.id}}

        with Lanes(world) as lanes:
            log_in.start()
            time.sleep(A_MOMENT / 3)
            lanes.submit(Visitor(), lambda uow: _end_all(uow, ada), needs)
        log_in.join()

        assert late.cookie is not None and world.who(late) is None


class Slowly(Alone):
    """Takes a moment to decide, while others wait for what it has locked."""

    def decide(self, finish: Callable[[], None]) -> None:
        time.sleep(A_MOMENT)
        super().decide(finish)


def _log_in(world: World, user: User, visitor: Visitor) -> None:
    with world.unit(visitor, Slowly) as uow:
        uow.session.log_in(uow.users.get(user.id), world.time)
        uow.commit()


def _end_all(uow: UnitOfWork, user: User) -> None:
    with uow:
        uow.users.get(user.id)
        uow.end_sessions_of(user.id)
        uow.commit()
