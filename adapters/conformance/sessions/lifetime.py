"""A session ends in time, by the clock that it is given."""

from datetime import timedelta

from adapters.conformance.sessions.browsers import ABSOLUTE, IDLE, NOON, World, copy_of
from adapters.conformance.sessions.opening import OpenedSessions, require
from service_layer.ports.sessions import SessionCapabilities


class LifeTime(OpenedSessions):
    """Left alone it ends, and after its longest time in any case."""

    def test_a_session_left_alone_ends_to_the_second(self, world: World) -> None:
        ada = world.person()
        visitor = world.log_in(ada)

        world.time = NOON + IDLE - timedelta(seconds=1)
        assert world.who(copy_of(visitor)) == ada.id
        for late in (IDLE, IDLE + timedelta(seconds=1)):
            world.time = NOON + late
            assert world.who(visitor) is None and visitor.dead

    def test_being_seen_puts_the_end_off_until_the_longest_time(self, world: World) -> None:
        ada = world.person()
        visitor = world.log_in(ada)

        while world.time < NOON + ABSOLUTE - IDLE:
            world.time += IDLE - timedelta(seconds=1)
            with world.unit(visitor) as uow:
                assert visitor.touch_due
                uow.commit()
        world.time = NOON + ABSOLUTE - timedelta(seconds=1)
        assert world.who(visitor) == ada.id
        for late in (ABSOLUTE, ABSOLUTE + timedelta(seconds=1)):
            world.time = NOON + late
            assert world.who(visitor) is None

    def test_being_seen_again_at_once_is_not_written(self, world: World) -> None:
        visitor = world.log_in(world.person())
        world.time += IDLE / 10 - timedelta(seconds=1)

        with world.unit(visitor) as uow:
            assert not visitor.touch_due
            uow.commit()

        assert world.record(visitor).last_seen_at == NOON

    def test_a_new_id_lives_no_longer_than_the_old_one_and_a_new_log_in_does(self, world: World) -> None:
        ada = world.person()
        visitor = world.log_in(ada)
        world.time += IDLE / 2

        with world.unit(visitor) as uow:
            uow.session.renew_id()
            uow.commit()
        with world.unit(visitor) as uow:
            assert uow.session.expires_at == NOON + ABSOLUTE and uow.session.idle_expires_at == world.time + IDLE
        world.log_in(ada, visitor)

        with world.unit(visitor) as uow:
            assert uow.session.expires_at == world.time + ABSOLUTE

    def test_a_clock_that_is_behind_neither_ends_a_session_nor_puts_its_end_off(self, world: World) -> None:
        ada = world.person()
        visitor = world.log_in(ada)
        world.time = NOON - timedelta(seconds=1)

        with world.unit(visitor) as uow:
            assert uow.session.user_id == ada.id and not visitor.touch_due
            uow.session.preferences["theme"] = "dark"
            uow.commit()

        with world.unit(visitor) as uow:
            assert uow.session.idle_expires_at == NOON + IDLE and uow.session.expires_at == NOON + ABSOLUTE

    def test_what_was_logged_out_by_a_clock_that_is_ahead_is_dead_by_any_other(
        self, world: World, able: SessionCapabilities
    ) -> None:
        require(able, "revocable")
        ada = world.person()
        visitor = world.log_in(ada)
        world.time = NOON + IDLE + timedelta(seconds=1)
        world.log_out(visitor)
        world.time = NOON

        assert world.who(visitor) is None
