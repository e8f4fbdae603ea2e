"""Sessions in this process, certified."""

import pytest

from adapters.conformance.sessions import OpenSessions, SessionStoreContract
from adapters.memory.store import MemoryStore
from adapters.sessions.memory import MemorySessions


class TestMemorySessions(SessionStoreContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def open_sessions(self) -> OpenSessions:
        return MemorySessions
