"""Stores to run the same test on: in memory, and SQLite in a file of its own."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from adapters.memory.store import MemoryStore
from adapters.sql.schema import migrate
from adapters.sql.store import SqlStore
from service_layer.ports.store import Store

KINDS = ("memory", "sqlite")
OpenStore = Callable[[], Store]


@contextmanager
def opened(kind: str, directory: Path) -> Iterator[Store]:
    """An empty store of that kind, which lives in the directory if it lives anywhere."""
    if kind == "memory":
        yield MemoryStore()
        return
    store = SqlStore(f"sqlite:///{shutil.copy(_migrated(), directory / 'shop.db')}")
    try:
        yield store
    finally:
        store.close()


@cache
def _migrated() -> Path:
    """A file with the schema and nothing else, made once and copied."""
    directory = Path(mkdtemp(prefix="lockstep-template-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    migrate(f"sqlite:///{directory / 'empty.db'}")
    return directory / "empty.db"
