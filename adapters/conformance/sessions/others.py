"""A user's other sessions, and those that have ended by themselves."""

import pytest

from adapters.conformance.sessions.browsers import IDLE, Failing, World
from adapters.conformance.sessions.opening import OpenedSessions, require
from service_layer.ports.sessions import SessionCapabilities
from service_layer.visitor import Visitor


class Others(OpenedSessions):
    """They are listed, ended and cleared away, by stores that can."""

    def test_a_users_sessions_are_listed(self, world: World, able: SessionCapabilities) -> None:
        ada, bob = world.person("Ada"), world.person("Bob")
        first, second = world.log_in(ada), world.log_in(ada)
        world.log_in(bob)

        with world.unit(first) as uow:
            listed = world.sessions.of(ada.id, uow.sessions)

        mine = {world.record(browser).key for browser in (first, second)}
        assert {record.key for record in listed} == (mine if able.listable else set())
        assert len({record.handle for record in listed}) == len(listed)
        assert not any(str(browser.cookie) in repr(record) for record in listed for browser in (first, second))

    def test_another_session_of_a_user_can_be_ended(self, world: World, able: SessionCapabilities) -> None:
        require(able, "revocable", "listable")
        ada = world.person()
        here, there = world.log_in(ada), world.log_in(ada)
        mine = world.record(here).key

        with world.unit(here) as uow:
            (other,) = [record for record in world.sessions.of(ada.id, uow.sessions) if record.key != mine]
            uow.session_store.end(other, uow.sessions)
            uow.commit()

        assert world.who(here) == ada.id and world.who(there) is None

    def test_ending_another_session_is_undone_with_the_unit(self, world: World, able: SessionCapabilities) -> None:
        require(able, "revocable", "listable")
        ada = world.person()
        there = world.log_in(ada)

        with world.unit(world.log_in(ada)) as uow:
            for record in world.sessions.of(ada.id, uow.sessions):
                uow.session_store.end(record, uow.sessions)
        with world.unit(world.log_in(ada), Failing) as uow:
            for record in world.sessions.of(ada.id, uow.sessions):
                uow.session_store.end(record, uow.sessions)
            with pytest.raises(OSError, match="the disk is full"):
                uow.commit()

        assert world.who(there) == ada.id

    def test_what_has_expired_is_found_in_batches_and_cleared_away(
        self, world: World, able: SessionCapabilities
    ) -> None:
        ada = world.person()
        for _ in range(5):
            world.log_in(ada)
        world.time += IDLE
        alive = world.log_in(ada)

        cleared: list[int] = []
        while not cleared or cleared[-1]:
            with world.unit(Visitor()) as uow:
                expired = world.sessions.expired(world.time, 2, uow.sessions)
                for record in expired:
                    uow.session_store.end(record, uow.sessions)
                uow.commit()
            cleared.append(len(expired))

        assert cleared == ([2, 2, 1, 0] if able.listable else [0])
        assert world.who(alive) == ada.id

    def test_what_it_cannot_do_is_said_in_sentences(self, able: SessionCapabilities) -> None:
        assert all(limit.endswith(".") for limit in able.limits)
        assert able.limits or (able.atomic and able.revocable and able.listable)
