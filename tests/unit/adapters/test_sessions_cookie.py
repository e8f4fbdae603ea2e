"""Sessions in the cookie itself, certified."""

import pytest

from adapters.conformance.sessions import OpenSessions, SessionStoreContract
from adapters.memory.store import MemoryStore
from adapters.sessions.cookie import CookieSessions


class TestCookieSessions(SessionStoreContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def open_sessions(self) -> OpenSessions:
        return CookieSessions
