"""A session ends in time, by the clock that it is given."""

from datetime import timedelta

from adapters.conformance.sessions.browsers import ABSOLUTE, IDLE, NOON, World, copy_of
from adapters.conformance.sessions.opening import OpenedSessions


class LifeTime(OpenedSessions):
    """Left alone it ends, and after its longest time in any case."""

    def test_a_session_left_alone_ends_to_the_second(self, world: World) -> None:
        ada = world.person()
        visitor = world.log_in(ada)

        world.time = NOON + IDLE - timedelta(seconds=1)
        assert world.who(copy_of(visitor)) == ada.id
        world.time = NOON + IDLE
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
        world.time = NOON + ABSOLUTE
        assert world.who(visitor) is None

    def test_being_seen_again_at_once_is_not_written(self, world: World) -> None:
        visitor = world.log_in(world.person())
        world.time += IDLE / 10 - timedelta(seconds=1)

        with world.unit(visitor) as uow:
            assert not visitor.touch_due
            uow.commit()

        assert world.record(visitor).last_seen_at == NOON
