"""The contract of a session store: it moves with the unit of work, and says itself what it cannot do."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final, TypeAlias

import pytest

from adapters.conformance.browsers import ABSOLUTE, IDLE, NOON, Failing, World, copy_of
from domain.identifiers import OrderId
from domain.users import Role
from service_layer.ports.errors import Conflict, SessionNotSerializable, SessionTooLarge
from service_layer.ports.sessions import SessionCapabilities, SessionStore
from service_layer.ports.store import Store
from service_layer.repositories import Repositories
from service_layer.session_participant import SessionParticipant
from service_layer.visitor import Visitor

NOT_JSON: Final = {"an object": object(), "a set": {1, 2}, "NaN": float("nan"), "a surrogate": "\ud800", "bytes": b"1"}
OpenSessions: TypeAlias = Callable[[], SessionStore]


class SessionStoreContract:
    """Subclass it, say how a session store and a store beside it are opened, and its tests are your certificate.

    What a store says it cannot do, it is not asked to do; what it says it can do, it must.
    """

    @pytest.fixture
    def open_sessions(self) -> OpenSessions:
        pytest.fail("a certificate says how its session store is opened: override the fixture open_sessions")

    @pytest.fixture
    def store(self) -> Iterator[Store]:
        pytest.fail("a certificate says which store it is tried beside: override the fixture store")

    @pytest.fixture
    def world(self, store: Store, open_sessions: OpenSessions) -> World:
        return World(store, open_sessions())

    @pytest.fixture
    def able(self, world: World) -> SessionCapabilities:
        return world.sessions.capabilities

    # --- Round trips

    def test_a_stranger_has_no_session_and_gets_no_cookie(self, world: World) -> None:
        visitor = Visitor()

        with world.unit(visitor) as uow:
            assert (uow.session.user_id, uow.session.last_order_id, uow.session.preferences) == (None, None, {})
            uow.commit()

        assert visitor.cookie is None and not visitor.renewed and not visitor.dead

    def test_everything_comes_back(self, world: World) -> None:
        ada = world.person("Ada", Role.STAFF)
        visitor = world.log_in(ada)
        with world.unit(visitor) as uow:
            uow.session.last_order_id = OrderId("order-1")
            uow.session.preferences = {
                "theme": "dark",
                "text": 'ü "quoted"; \\ 🦄',
                "list": [1, 2.5, None, {"deep": True}],
            }
            uow.commit()

        with world.unit(copy_of(visitor)) as uow:
            session = uow.session
            assert session.user_id == ada.id and session.roles == {Role.STAFF} and session.authenticated_at == NOON
            assert session.last_order_id == "order-1"
            assert session.preferences == {
                "theme": "dark",
                "text": 'ü "quoted"; \\ 🦄',
                "list": [1, 2.5, None, {"deep": True}],
            }
            assert session.expires_at == NOON + ABSOLUTE and session.idle_expires_at == NOON + IDLE
        kept = world.record(visitor)
        assert (kept.ip, kept.user_agent) == ("192.0.2.1", "Browser/1.0")

    def test_a_stranger_may_prefer_something_too(self, world: World) -> None:
        visitor = Visitor()

        world.prefer(visitor, theme="dark")

        assert visitor.renewed and world.preferences(copy_of(visitor)) == {"theme": "dark"}
        assert world.who(visitor) is None

    def test_two_people_have_two_sessions(self, world: World) -> None:
        ada, bob = world.person("Ada"), world.person("Bob")
        hers, his = world.log_in(ada), world.log_in(bob)

        world.prefer(hers, theme="dark")

        assert (world.who(hers), world.who(his)) == (ada.id, bob.id)
        assert world.preferences(his) == {}

    @pytest.mark.parametrize("cookie", ["unknown", "x" * 43, "{}", "[]", "null", '{"key": 1}', "", "\x00"])
    def test_an_id_of_ones_own_making_is_nobodys_and_never_adopted(self, world: World, cookie: str) -> None:
        visitor = Visitor(cookie=cookie)

        assert world.who(visitor) is None and visitor.dead
        world.prefer(visitor, theme="dark")

        assert visitor.cookie != cookie and visitor.renewed
        assert world.who(cookie) is None and world.preferences(Visitor(cookie=cookie)) == {}

    # --- With the unit of work

    def test_nothing_is_kept_without_a_commit(self, world: World) -> None:
        ada = world.person()
        visitor, stranger = world.log_in(ada), Visitor()
        before = visitor.cookie

        with world.unit(visitor) as uow:
            uow.session.preferences["theme"] = "dark"
            uow.session.last_order_id = OrderId("order-1")
        with world.unit(stranger) as uow:
            uow.session.log_in(ada, world.time)

        assert visitor.cookie == before and stranger.cookie is None and not stranger.renewed
        with world.unit(visitor) as uow:
            assert uow.session.preferences == {} and uow.session.last_order_id is None

    def test_a_failing_commit_undoes_what_was_staged(self, world: World) -> None:
        visitor = world.log_in(world.person())
        world.prefer(visitor, theme="dark")
        window = copy_of(visitor)

        with world.unit(window, Failing) as uow:
            uow.session.preferences["theme"] = "light"
            with pytest.raises(OSError, match="the disk is full"):
                uow.commit()

        assert window.cookie == visitor.cookie and not window.renewed
        assert world.preferences(window) == {"theme": "dark"}

    def test_a_log_in_gives_a_new_id_and_the_old_one_dies_with_the_commit(
        self, world: World, able: SessionCapabilities
    ) -> None:
        ada, visitor = world.person(), Visitor()
        world.prefer(visitor, theme="dark")
        planted = visitor.cookie

        world.log_in(ada, visitor)

        assert visitor.cookie != planted and world.who(visitor) == ada.id
        assert world.preferences(visitor) == {"theme": "dark"}
        assert world.who(planted) is None
        if able.revocable:
            assert world.preferences(Visitor(cookie=planted)) == {}

    def test_a_log_in_that_is_rolled_back_leaves_the_old_id_alive(self, world: World) -> None:
        ada, bob = world.person("Ada"), world.person("Bob")
        visitor = world.log_in(ada)
        before = visitor.cookie

        with world.unit(visitor) as uow:
            uow.session.log_in(bob, world.time)
        with world.unit(visitor, Failing) as uow:
            uow.session.log_in(bob, world.time)
            with pytest.raises(OSError, match="the disk is full"):
                uow.commit()

        assert visitor.cookie == before and world.who(before) == ada.id

    def test_a_renewed_id_keeps_the_session(self, world: World, able: SessionCapabilities) -> None:
        ada = world.person()
        visitor = world.log_in(ada)
        world.prefer(visitor, theme="dark")
        before = visitor.cookie

        with world.unit(visitor) as uow:
            uow.session.renew_id()
            uow.commit()

        assert visitor.cookie != before
        assert world.who(visitor) == ada.id and world.preferences(visitor) == {"theme": "dark"}
        assert world.who(before) == (None if able.revocable else ada.id)

    def test_log_out_deletes_the_cookie_and_a_copy_is_worth_nothing(
        self, world: World, able: SessionCapabilities
    ) -> None:
        ada = world.person()
        visitor = world.log_in(ada)
        copy = copy_of(visitor)

        world.log_out(visitor)

        assert visitor.cookie is None and visitor.dead and not visitor.renewed
        assert world.who(copy) == (None if able.revocable else ada.id)
        assert copy.dead is able.revocable

    def test_a_log_out_that_is_rolled_back_logs_nobody_out(self, world: World) -> None:
        ada = world.person()
        visitor = world.log_in(ada)

        with world.unit(visitor) as uow:
            uow.session.log_out()

        assert not visitor.dead and world.who(visitor) == ada.id

    def test_nobody_can_log_out(self, world: World) -> None:
        visitor = Visitor()

        world.log_out(visitor)

        assert visitor.cookie is None and not visitor.renewed

    def test_what_has_ended_stays_ended(self, world: World, able: SessionCapabilities) -> None:
        if not able.revocable:
            pytest.skip("the store says that it cannot revoke")
        visitor = world.log_in(world.person())
        copy = copy_of(visitor)
        world.log_out(visitor)

        world.prefer(copy, theme="dark")

        assert world.who(copy) is None and world.preferences(copy) == {"theme": "dark"}
        assert copy.cookie is not None

    def test_a_slow_writer_does_not_bring_back_what_was_logged_out_meanwhile(
        self, world: World, able: SessionCapabilities
    ) -> None:
        if not able.revocable or able.atomic:
            pytest.skip("the store says that it cannot, or its own transactions see to it")
        visitor = world.log_in(world.person())
        slow = SessionParticipant(copy_of(visitor), world.keeping)
        transaction = world.store.begin(write=False)
        slow.begin(Repositories(transaction))
        transaction.rollback()
        world.log_out(visitor)

        slow.session.preferences["theme"] = "dark"
        with pytest.raises(Conflict):
            slow.prepare()

    # --- What counts as a change

    def test_an_unchanged_session_writes_nothing_and_sets_no_cookie(self, world: World) -> None:
        visitor = world.log_in(world.person())
        before = vars(world.record(visitor)).copy()
        window = copy_of(visitor)

        with world.unit(window) as uow:
            uow.session.preferences["theme"] = "dark"
            del uow.session.preferences["theme"]
            uow.commit()

        assert not window.renewed and window.cookie == visitor.cookie
        assert vars(world.record(visitor)) == before

    def test_a_change_deep_inside_is_a_change(self, world: World) -> None:
        visitor = world.log_in(world.person())
        world.prefer(visitor, list={"columns": [{"name": "id"}]})

        with world.unit(visitor) as uow:
            uow.session.preferences["list"]["columns"][0]["name"] = "date"
            uow.commit()

        assert world.preferences(copy_of(visitor)) == {"list": {"columns": [{"name": "date"}]}}

    @pytest.mark.parametrize("value", NOT_JSON.values(), ids=NOT_JSON)
    def test_what_is_not_json_commits_nothing(self, world: World, value: object) -> None:
        visitor = world.log_in(world.person())
        user = world.person("Bob")

        with world.unit(visitor) as uow:
            uow.users.get(user.id).rename("Robert")
            uow.session.preferences["value"] = value
            with pytest.raises(SessionNotSerializable):
                uow.commit()

        assert not copy_of(visitor).renewed and world.preferences(visitor) == {}
        with world.unit(visitor) as uow:
            assert uow.users.get(user.id).name == "Bob"

    def test_what_is_too_large_commits_nothing(self, world: World) -> None:
        visitor = world.log_in(world.person())

        with world.unit(visitor) as uow:
            uow.session.preferences["notes"] = "x" * 5000
            with pytest.raises(SessionTooLarge):
                uow.commit()

        assert world.preferences(visitor) == {}

    # --- Time

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

    # --- Other sessions

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
        if not (able.listable and able.revocable):
            pytest.skip("the store says that it cannot")
        ada = world.person()
        here, there = world.log_in(ada), world.log_in(ada)
        mine = world.record(here).key

        with world.unit(here) as uow:
            (other,) = [record for record in world.sessions.of(ada.id, uow.sessions) if record.key != mine]
            world.sessions.end(other, uow.sessions)
            uow.commit()

        assert world.who(here) == ada.id and world.who(there) is None

    def test_ending_another_session_is_undone_with_the_unit(self, world: World, able: SessionCapabilities) -> None:
        if not (able.listable and able.revocable and able.atomic):
            pytest.skip("the store says that it cannot")
        ada = world.person()
        there = world.log_in(ada)

        with world.unit(world.log_in(ada)) as uow:
            for record in world.sessions.of(ada.id, uow.sessions):
                world.sessions.end(record, uow.sessions)

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
                    world.sessions.end(record, uow.sessions)
                uow.commit()
            cleared.append(len(expired))

        assert cleared == ([2, 2, 1, 0] if able.listable else [0])
        assert world.who(alive) == ada.id

    def test_what_it_cannot_do_is_said_in_sentences(self, able: SessionCapabilities) -> None:
        assert all(limit.endswith(".") for limit in able.limits)
        assert able.limits or (able.atomic and able.revocable and able.listable)
