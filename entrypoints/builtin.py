"""The adapters that come with Lockstep, as entry points: each opened by a function that imports no other."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from entrypoints.plugins import Schema, Surroundings, scheme_of, without_secrets
from entrypoints.trouble import CannotStart
from service_layer.ports.errors import Conflict, Unavailable
from service_layer.ports.gateway import PaymentGateway
from service_layer.ports.publisher import Publisher
from service_layer.ports.sessions import SessionStore
from service_layer.ports.store import Store


class SqlStores:
    """`sqlite:///<file>` or `postgresql://…`."""

    def __call__(self, url: str, surroundings: Surroundings) -> Store:
        from adapters.sql.store import SqlStore

        if scheme_of(url) == "sqlite":
            surroundings.make_data_dir()
        return SqlStore(url)

    def schema(self, url: str) -> Schema:
        """Raises `CannotStart`, `Unavailable`."""
        from adapters.sql import schema

        with _in_words(url):
            return schema.status(url)

    def migrate(self, url: str) -> None:
        """Raises `CannotStart`, `Unavailable`."""
        from adapters.sql import schema

        with _in_words(url):
            schema.migrate(url)


sql_store = SqlStores()


def memory_store(url: str, surroundings: Surroundings) -> Store:
    """`memory://`: gone with the process."""
    from adapters.memory.store import MemoryStore

    return MemoryStore()


def stored_sessions(url: str, surroundings: Surroundings) -> SessionStore:
    """`sql`: beside the orders, whatever the store is."""
    from adapters.sessions.stored import StoredSessions

    return StoredSessions()


def cookie_sessions(url: str, surroundings: Surroundings) -> SessionStore:
    """`cookie`, or `cookie+encrypted`: in the cookie itself. Raises `ValueError`."""
    from adapters.sessions.cookie import CookieSessions
    from entrypoints.seals import is_encrypted

    return CookieSessions(encrypted=is_encrypted(url))


def memory_sessions(url: str, surroundings: Surroundings) -> SessionStore:
    """`memory`: in this process."""
    from adapters.sessions.memory import MemorySessions

    return MemorySessions()


def redis_sessions(url: str, surroundings: Surroundings) -> SessionStore:
    """`redis://host:port/db`, or `rediss://…` over TLS; `redis` is the one on this machine."""
    from adapters.sessions.redis.store import RedisSessions

    url = url if "://" in url else "redis://127.0.0.1:6379/0"
    return RedisSessions(url, surroundings.clock, surroundings.ids)


def sandbox(url: str, surroundings: Surroundings) -> PaymentGateway:
    """`sandbox`: no money, and otherwise like a real gateway."""
    from adapters.payments.sandbox import SandboxGateway

    return SandboxGateway(surroundings.make_data_dir() / "sandbox.db", clock=surroundings.clock)


def log_publisher(url: str, surroundings: Surroundings) -> Publisher:
    """`log`: a line for each event."""
    from adapters.publishers.log import LogPublisher

    return LogPublisher()


@contextmanager
def _in_words(url: str) -> Generator[None]:
    """What a file cannot do now, it will not be able to do by itself; a server may come back."""
    from adapters.sql.trouble import DatabaseTrouble

    try:
        yield
    except DatabaseTrouble as trouble:
        raise CannotStart(f"LOCKSTEP_DATABASE_URL cannot be used: {trouble}") from None
    except (Unavailable, Conflict) as error:
        if scheme_of(url) != "sqlite":
            raise
        raise CannotStart(f"{without_secrets(url)} cannot be used: {error.__cause__ or error}") from None
