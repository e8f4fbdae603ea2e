"""Sessions in the store's own transaction, certified."""

import pytest

from adapters.conformance.sessions import OpenSessions, SessionStoreContract
from adapters.conformance.sessions.browsers import World
from adapters.memory.store import MemoryStore
from adapters.sessions.stored import StoredSessions


class TestStoredSessions(SessionStoreContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def open_sessions(self) -> OpenSessions:
        return StoredSessions

    def test_the_id_itself_is_kept_nowhere(self, world: World) -> None:
        visitor = world.log_in(world.person())

        record = world.record(visitor)

        assert visitor.cookie and visitor.cookie not in repr(vars(record))
        assert len(record.key) == 64
