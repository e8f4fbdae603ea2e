"""What counts as a change of a session, and what cannot be one."""

from typing import Final

import pytest

from adapters.conformance.sessions.browsers import World, copy_of
from adapters.conformance.sessions.opening import OpenedSessions
from service_layer.ports.errors import SessionNotSerializable, SessionTooLarge

NOT_JSON: Final = {"an object": object(), "a set": {1, 2}, "NaN": float("nan"), "a surrogate": "\ud800", "bytes": b"1"}


class Changes(OpenedSessions):
    """The bytes decide: what is deep inside counts, what is as before does not."""

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
