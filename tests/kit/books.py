"""Everything committed in a store, so that two moments can be compared."""

from __future__ import annotations

from typing import Any

from service_layer import kinds
from service_layer.kinds import Kind
from service_layer.ports.store import Store
from service_layer.repositories import Repositories

ALL_OF_THEM = 1_000_000
_COMPARED = tuple(kind for kind in kinds.ALL if kind is not kinds.ATTEMPTS)
Books = dict[str, dict[str, dict[str, Any]]]


def read(store: Store) -> Books:
    """By kind, by key, by attribute; a kind of which there is nothing is left out.

    So are the counters of attempts, which outlive what is rolled back on purpose.
    """
    transaction = store.begin(write=False)
    try:
        seen = Repositories(transaction)
        books = {kind.name: {kind.key(one): _values(one) for one in _all(seen, kind)} for kind in _COMPARED}
    finally:
        transaction.rollback()
    return {name: rows for name, rows in books.items() if rows}


def _all(seen: Repositories, kind: Kind[Any]) -> list[Any]:
    return getattr(seen, kind.name).page(None, ALL_OF_THEM)


def _values(one: object) -> dict[str, Any]:
    return {name: getattr(one, name) for name in type(one).__annotations__}
