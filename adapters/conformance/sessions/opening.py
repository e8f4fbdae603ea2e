"""How a contract's tests come by a session store, and by the store it lives beside."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest

from adapters.conformance.sessions.browsers import World
from service_layer.ports.sessions import SessionCapabilities, SessionStore
from service_layer.ports.store import Store

OpenSessions: TypeAlias = Callable[[], SessionStore]


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
    def world(self, store: Store, open_sessions: OpenSessions) -> World:
        return World(store, open_sessions())

    @pytest.fixture
    def able(self, world: World) -> SessionCapabilities:
        return world.sessions.capabilities
