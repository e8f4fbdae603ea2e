"""What is in a cookie is in the cookie: nowhere else can it be read."""

import traceback

import pytest

from adapters.conformance.sessions.browsers import World, copy_of
from adapters.conformance.sessions.opening import OpenedSessions
from service_layer.ports.errors import SessionNotSerializable
from service_layer.ports.sessions import Change
from service_layer.visitor import Visitor


class Secrecy(OpenedSessions):
    """Neither in what is kept, nor in what a programmer or a log gets to see."""

    def test_what_is_in_the_cookie_is_in_no_repr(self, world: World) -> None:
        visitor = world.log_in(world.person())
        cookie = _cookie_of(visitor)
        opened = world.keeping.seal.open(cookie)
        assert opened is not None

        with world.unit(visitor) as uow:
            seen = [visitor, opened, uow, uow.session, uow.session.record, uow.session_store, world.keeping]
            seen += [world.sessions, world.keeping.seal, Change(uow.session.record, None, opened.content, cookie)]
            texts = [repr(one) for one in seen] + [repr(list(vars(uow.session.record).values()))]

        assert not any(secret in text for text in texts for secret in (cookie, opened.content))

    def test_what_is_in_the_cookie_is_in_no_error_and_no_trace(self, world: World) -> None:
        visitor = world.log_in(world.person())
        cookie = _cookie_of(visitor)

        with world.unit(copy_of(visitor)) as uow:
            uow.session.preferences["value"] = object()
            with pytest.raises(SessionNotSerializable) as refused:
                uow.commit()

        assert cookie not in "".join(traceback.format_exception(refused.value))

    def test_every_log_in_has_an_id_of_its_own(self, world: World) -> None:
        ada = world.person()

        cookies = {_cookie_of(world.log_in(ada)) for _ in range(5)}

        assert len(cookies) == 5


def _cookie_of(visitor: Visitor) -> str:
    assert visitor.cookie is not None
    return visitor.cookie
