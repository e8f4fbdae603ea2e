"""How a contract's tests come by a store."""

from collections.abc import Callable, Iterator
from typing import ClassVar, TypeAlias

import pytest

from adapters.conformance.store.specimens import everything
from adapters.conformance.store.transactions import keep
from service_layer.ports.store import Store

OpenStore: TypeAlias = Callable[[], Store]


class OpenedStore:
    """Its tests use `store`, which holds nothing, and `full`, which holds a specimen or more of everything."""

    durable: ClassVar[bool] = True

    @pytest.fixture
    def open_store(self) -> OpenStore:
        """Opens a store; all that one test opens hold the same things, and at first nothing."""
        pytest.fail("a certificate says how its store is opened: override the fixture open_store")

    @pytest.fixture
    def store(self, open_store: OpenStore) -> Iterator[Store]:
        store = open_store()
        yield store
        store.close()

    @pytest.fixture
    def full(self, store: Store) -> Store:
        keep(store, everything())
        return store
