"""Sessions in the cookie itself, certified."""

import pytest

from adapters.conformance.cookies import NAME, NEW, OLD
from adapters.conformance.sessions import OpenSessions, SessionStoreContract
from adapters.cookies.encrypted import EncryptedCookies
from adapters.cookies.signed import SignedCookies
from adapters.cookies.switching import SwitchingCookies
from adapters.memory.store import MemoryStore
from adapters.sessions.cookie import CookieSessions
from service_layer.ports.cookies import CookieSeal


class TestCookieSessions(SessionStoreContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def open_sessions(self) -> OpenSessions:
        return CookieSessions


class TestSigned(TestCookieSessions):
    @pytest.fixture
    def seal(self) -> CookieSeal:
        return SignedCookies(NAME, [NEW, OLD], "session")


class TestEncrypted(TestCookieSessions):
    @pytest.fixture
    def open_sessions(self) -> OpenSessions:
        return lambda: CookieSessions(encrypted=True)

    @pytest.fixture
    def seal(self) -> CookieSeal:
        return SwitchingCookies(
            EncryptedCookies(NAME, [NEW, OLD], "session"), SignedCookies(NAME, [NEW, OLD], "session")
        )
