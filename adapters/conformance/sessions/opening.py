"""How a contract's tests come by a session store, and by the store it lives beside."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest

from adapters.conformance.sessions.browsers import OpenSeal, World
from service_layer.ports.cookies import CookieSeal
from service_layer.ports.sessions import SessionCapabilities, SessionStore
from service_layer.ports.store import Store

OpenSessions: TypeAlias = Callable[[], SessionStore]


def require(able: SessionCapabilities, *names: str) -> None:
    """Skips what the store says that it cannot do."""
    for name in names:
        if not getattr(able, name):
            pytest.skip(f"the store says that it is not {name}")


class OpenedSessions:
    """Its tests use `world`, and ask nothing of it that `able` denies."""

    @pytest.fixture
    def open_sessions(self) -> OpenSessions:
        """Opens a session store that holds nothing."""
        pytest.fail("a certificate says how its session store is opened: override the fixture open_sessions")

    @pytest.fixture
    def store(self) -> Iterator[Store]:
        """A store that holds nothing, with its schema."""
        pytest.fail("a certificate says which store it is tried beside: override the fixture store")

    @pytest.fixture
    def seal(self) -> CookieSeal:
        """Signs nothing, unless a certificate says otherwise: the contract is about what the cookie holds."""
        return OpenSeal()

    @pytest.fixture
    def world(self, store: Store, open_sessions: OpenSessions, seal: CookieSeal) -> World:
        return World(store, open_sessions(), seal)

    @pytest.fixture
    def able(self, world: World) -> SessionCapabilities:
        return world.sessions.capabilities
