"""Sessions in Redis, certified: as units that write see them, and as those that only read do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest

from adapters.conformance.sessions import OpenSessions, SessionStoreContract
from adapters.conformance.sessions.browsers import World
from adapters.sessions.redis.store import RedisSessions
from adapters.sessions.redis.transactions import Around
from adapters.system.fixed import CountingIds, FixedClock
from service_layer.alone import Alone
from service_layer.kinds import SESSIONS, Kind
from service_layer.ports.cookies import CookieSeal
from service_layer.ports.store import Store, StoreTransaction
from service_layer.records import SessionRecord
from service_layer.session_participant import SessionParticipant
from service_layer.unit_of_work import UnitOfWork
from service_layer.visitor import Visitor
from tests.kit.stores import KINDS, opened

E = TypeVar("E")


class Certified(SessionStoreContract):
    @pytest.fixture(params=KINDS)
    def store(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
        with opened(request.param, tmp_path) as store:
            yield store

    @pytest.fixture
    def open_sessions(self, redis_url: str) -> OpenSessions:
        return lambda: RedisSessions(redis_url, FixedClock(), CountingIds())


class TestRedisSessions(Certified):
    """Units that write."""


class TestRedisSessionsAsTheyAreRead(Certified):
    """Everything that the contract looks at comes from Redis: whoever reads finds no session in the database."""

    @pytest.fixture
    def world(self, store: Store, open_sessions: OpenSessions, seal: CookieSeal) -> World:
        return ReadingWorld(Blindfolded(store), open_sessions(), seal)


class ReadingWorld(World):
    def reading(self, visitor: Visitor) -> UnitOfWork:
        return UnitOfWork(Alone(self.store, write=False), SessionParticipant(visitor, self.keeping), self)

    def who(self, visitor: Visitor | str | None) -> str | None:
        with self.reading(visitor if isinstance(visitor, Visitor) else Visitor(cookie=visitor)) as uow:
            return uow.session.user_id

    def preferences(self, visitor: Visitor) -> Any:
        with self.reading(visitor) as uow:
            return uow.session.preferences

    def record(self, visitor: Visitor) -> SessionRecord:
        with self.reading(visitor) as uow:
            assert uow.session.record is not None
            return uow.session.record


class Blindfolded:
    """A store that shows sessions to none but those who write."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner

    def begin(self, *, write: bool, deadline: float | None = None) -> StoreTransaction:
        transaction = self._inner.begin(write=write, deadline=deadline)
        return transaction if write else Blind(transaction)

    def close(self) -> None:
        self._inner.close()


class Blind(Around):
    def __init__(self, inner: StoreTransaction) -> None:
        self._inner = inner

    @property
    def inner(self) -> StoreTransaction:
        return self._inner

    def load(self, kind: Kind[E], index: str, values: Sequence[str]) -> Iterable[E]:
        return [] if kind is SESSIONS else super().load(kind, index, values)
