"""What a session holds comes back, to whom it belongs and to nobody else."""

import pytest

from adapters.conformance.sessions.browsers import ABSOLUTE, IDLE, NOON, World, copy_of
from adapters.conformance.sessions.opening import OpenedSessions
from domain.identifiers import OrderId
from domain.users import Role
from service_layer.visitor import Visitor


class Contents(OpenedSessions):
    """Everything in a session comes back; nobody makes one up."""

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
