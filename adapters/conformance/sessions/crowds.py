"""Several requests of one session at once."""

import threading
from typing import Final

from adapters.conformance.sessions.browsers import World, copy_of
from adapters.conformance.sessions.lanes import Lanes
from adapters.conformance.sessions.opening import OpenedSessions, require
from service_layer.ports.sessions import SessionCapabilities
from service_layer.unit_of_work import UnitOfWork
from service_layer.visitor import Visitor

WINDOWS: Final = 12
A_MOMENT: Final = 0.2  # seconds


class Crowds(OpenedSessions):
    """Nobody overwrites what another has written, and nobody gets another's session."""

    def test_writers_of_different_members_both_survive(self, world: World, able: SessionCapabilities) -> None:
        require(able, "revocable")
        visitor = world.log_in(world.person())

        with Lanes(world) as lanes:
            for number in range(WINDOWS):
                lanes.submit(copy_of(visitor), lambda uow, name=f"member-{number}": _prefer(uow, name))

        assert world.preferences(visitor) == {f"member-{number}": True for number in range(WINDOWS)}

    def test_of_two_answers_the_last_one_wins_where_the_store_says_so(
        self, world: World, able: SessionCapabilities
    ) -> None:
        visitor = world.log_in(world.person())
        one, other = copy_of(visitor), copy_of(visitor)

        world.prefer(one, theme="dark")
        world.prefer(other, language="en")

        both = {"theme": "dark", "language": "en"}
        assert world.preferences(other) == (both if able.revocable else {"language": "en"})
        assert able.revocable or any("last one wins" in limit for limit in able.limits)

    def test_a_slow_writer_never_brings_back_a_session_that_was_logged_out_meanwhile(
        self, world: World, able: SessionCapabilities
    ) -> None:
        require(able, "revocable")
        ada = world.person()
        visitor = world.log_in(ada)
        slow, cookie = copy_of(visitor), visitor.cookie
        at_it, logged_out = threading.Event(), threading.Event()

        def write_slowly(uow: UnitOfWork) -> None:
            with uow:
                uow.session.preferences["theme"] = "dark"
                at_it.set()
                logged_out.wait(A_MOMENT)
                uow.commit()

        def log_out(uow: UnitOfWork) -> None:
            with uow:
                uow.session.log_out()
                uow.commit()
            logged_out.set()

        with Lanes(world) as lanes:
            lanes.submit(slow, write_slowly)
            assert at_it.wait(10)
            lanes.submit(visitor, log_out)

        assert world.who(cookie) is world.who(slow) is None
        assert world.preferences(Visitor(cookie=cookie)) == {}

    def test_being_seen_by_many_at_once_is_written_once(self, world: World, able: SessionCapabilities) -> None:
        require(able, "revocable")
        visitor = world.log_in(world.person())
        before = world.record(visitor).version
        world.time += world.keeping.lifetime.idle / 10

        with Lanes(world) as lanes:
            for _ in range(WINDOWS):
                lanes.submit(copy_of(visitor), _look)

        record = world.record(visitor)
        assert record.last_seen_at == world.time and record.version in (before, before + 1)

    def test_nobody_gets_anothers_session_in_a_crowd(self, world: World) -> None:
        people = [world.person(f"Person-{number}") for number in range(4)]
        browsers = [(person, copy_of(world.log_in(person))) for person in people for _ in range(3)]

        with Lanes(world) as lanes:
            for person, browser in browsers:
                lanes.submit(browser, lambda uow, name=person.id: _prefer(uow, name))

        for person, browser in browsers:
            assert world.who(browser) == person.id and world.preferences(browser) == {person.id: True}


def _prefer(uow: UnitOfWork, name: str) -> None:
    with uow:
        uow.session.preferences[name] = True
        uow.commit()


def _look(uow: UnitOfWork) -> None:
    with uow:
        uow.commit()
