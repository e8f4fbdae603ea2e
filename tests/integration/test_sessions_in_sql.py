"""Sessions in the transactions of real databases, certified."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.conformance.sessions import OpenSessions, SessionStoreContract
from adapters.sessions.stored import StoredSessions
from adapters.sql.schema import migrate
from adapters.sql.store import SqlStore


class Stored(SessionStoreContract):
    @pytest.fixture
    def open_sessions(self) -> OpenSessions:
        return StoredSessions


class TestInSqlite(Stored):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[SqlStore]:
        url = f"sqlite:///{tmp_path}/shop.db"
        migrate(url)
        store = SqlStore(url)
        yield store
        store.close()


class TestInPostgres(Stored):
    @pytest.fixture
    def store(self, postgres_url: str) -> Iterator[SqlStore]:
        store = SqlStore(postgres_url)
        yield store
        store.close()
