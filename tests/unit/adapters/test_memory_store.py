"""The store in dictionaries, certified."""

from __future__ import annotations

import pytest

from adapters.conformance.store import StoreContract
from adapters.memory.store import MemoryStore


class TestMemoryStore(StoreContract):
    durable = False

    @pytest.fixture
    def open_store(self):
        store = MemoryStore()
        return lambda: store
