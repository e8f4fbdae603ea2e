"""Servers on one PostgreSQL database, and how they get there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

from adapters.sql.schema import migrate
from tests.harness.postgres import fresh_database
from tests.harness.seeding import SECRET
from tests.harness.server import HOST, Server

POSTGRES_PORT: Final = 5432


@contextmanager
def shop_database() -> Iterator[str]:
    """The URL of a database of one's own, with the schema and nothing else. Raises `PostgresMissing`."""
    with fresh_database() as url:
        migrate(url)
        yield url


def address_of(url: str) -> tuple[str, int]:
    """Where the database's server listens."""
    parts = urlsplit(url)
    return parts.hostname or HOST, parts.port or POSTGRES_PORT


def through(url: str, port: int) -> str:
    """The same database, by way of a port of this machine."""
    parts = urlsplit(url)
    user, at, _ = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user}{at}{HOST}:{port}").geturl()


@contextmanager
def serving(url: str, count: int = 1, **settings: str | None) -> Iterator[list[Server]]:
    """So many servers on the database and on one sandbox. They end well, and nothing in them has crashed."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        chosen: dict[str, str | None] = {"database_url": url, "session_secrets": SECRET, **settings}
        servers = [Server(Path(folder) / "data", **chosen) for _ in range(count)]
        for server in servers:
            stack.enter_context(server)
        yield servers
        for server in servers:
            assert server.stop() == 0, server.tail()
            assert "Traceback" not in server.log.read_text(), server.tail()
