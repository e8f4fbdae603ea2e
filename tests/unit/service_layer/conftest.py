"""What the tests of the service layer share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.sessions.cookie import CookieSessions
from adapters.sessions.memory import MemorySessions
from adapters.sessions.stored import StoredSessions
from service_layer import lane as lanes
from service_layer.ports.sessions import SessionStore
from tests.kit.door import Door
from tests.kit.shop import Shop

STORES = [StoredSessions, MemorySessions, CookieSessions]


@pytest.fixture(params=STORES, ids=lambda kind: kind.__name__)
def any_shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """One shop for each way to keep a session."""
    sessions: SessionStore = request.param()
    shop = Shop(sessions=sessions)
    yield shop
    assert shop.laws() == {}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries follow at once."""
    monkeypatch.setattr(lanes, "LONGEST_PAUSE", 0.0)


@pytest.fixture
def door(shop: Shop):
    door = Door(shop)
    yield door
    door.passwords.close()
