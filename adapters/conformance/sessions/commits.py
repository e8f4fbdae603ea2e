"""A session changes with the commit of its unit, or not at all."""

import pytest

from adapters.conformance.sessions.browsers import Failing, World, copy_of
from adapters.conformance.sessions.opening import OpenedSessions, require
from domain.identifiers import OrderId
from service_layer.ports.errors import Conflict
from service_layer.ports.sessions import SessionCapabilities
from service_layer.repositories import Repositories
from service_layer.session_participant import SessionParticipant
from service_layer.visitor import Visitor


class Commits(OpenedSessions):
    """Before the commit nothing is real; after it nothing comes back."""

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
        require(able, "revocable")
        visitor = world.log_in(world.person())
        copy = copy_of(visitor)
        world.log_out(visitor)

        world.prefer(copy, theme="dark")

        assert world.who(copy) is None and world.preferences(copy) == {"theme": "dark"}
        assert copy.cookie is not None

    def test_a_slow_writer_does_not_bring_back_what_was_logged_out_meanwhile(
        self, world: World, able: SessionCapabilities
    ) -> None:
        require(able, "revocable")
        if able.atomic:
            pytest.skip("the store says that it is atomic: its own transactions see to it, as crowds show")
        visitor = world.log_in(world.person())
        slow = SessionParticipant(copy_of(visitor), world.keeping)
        transaction = world.store.begin(write=False)
        slow.begin(Repositories(transaction))
        transaction.rollback()
        world.log_out(visitor)

        slow.session.preferences["theme"] = "dark"
        with pytest.raises(Conflict):
            slow.prepare()
