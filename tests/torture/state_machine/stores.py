"""Empty stores of each kind, one after another."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from adapters.memory.store import MemoryStore
from adapters.sql.schema import migrate
from adapters.sql.store import SqlStore
from service_layer.ports.store import Store

OpenStore = Callable[[], AbstractContextManager[Store]]


@contextmanager
def memory() -> Iterator[OpenStore]:
    yield lambda: closing(MemoryStore())


@contextmanager
def sqlite() -> Iterator[OpenStore]:
    """A copy each time of a file that has the schema and nothing else."""
    with TemporaryDirectory() as folder:
        blank, path = Path(folder) / "blank.db", Path(folder) / "shop.db"
        migrate(f"sqlite:///{blank}")

        @contextmanager
        def opened() -> Iterator[Store]:
            for stale in path.parent.glob(f"{path.name}*"):
                stale.unlink()
            shutil.copy(blank, path)
            with closing(SqlStore(f"sqlite:///{path}")) as store:
                yield store

        yield opened


@contextmanager
def postgres() -> Iterator[OpenStore]:
    """One database, cleared each time. Raises `PostgresMissing`."""
    import psycopg

    from tests.harness.postgres import fresh_database

    with fresh_database() as url:
        migrate(url)
        with psycopg.connect(url, autocommit=True) as connection:
            names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
            tables = ", ".join(f'"{name}"' for (name,) in names if name != "alembic_version")

            @contextmanager
            def opened() -> Iterator[Store]:
                connection.execute(f"TRUNCATE {tables}".encode())
                with closing(SqlStore(url)) as store:
                    yield store

            yield opened


STORES: Final[Mapping[str, Callable[[], AbstractContextManager[OpenStore]]]] = {
    "memory": memory, "sqlite": sqlite, "postgres": postgres,
}  # fmt: skip
