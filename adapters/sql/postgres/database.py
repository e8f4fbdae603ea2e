"""How PostgreSQL is connected to."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import psycopg
from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.engine import URL

from adapters.sql.postgres import errors
from adapters.sql.postgres.grammar import GRAMMAR
from adapters.sql.postgres.link import PostgresLink
from adapters.sql.postgres.timed import TimedConnection
from adapters.sql.trouble import DatabaseTrouble
from service_layer.ports.errors import Unavailable

CONNECT_SECONDS = 5
# Or it would plan every UPDATE of a few rows anew, which takes longer than the rows.
PLANS = "SET plan_cache_mode = force_generic_plan"
OPTIONS: dict[str, Any] = {
    "autocommit": True,  # transactions are begun by us, together with their time limits
    "keepalives_idle": 5,  # a peer that has vanished without a word is noticed within some 15 seconds
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


class PostgresDatabase:
    """A database on a server, or on anything that speaks as one."""

    def __init__(self, url: URL) -> None:
        self.grammar = GRAMMAR
        self._url = url
        _, self._address = GRAMMAR.dialect.create_connect_args(url)  # pyright: ignore[reportUnknownMemberType]

    def connect(self, deadline: float | None) -> PostgresLink:
        left = CONNECT_SECONDS if deadline is None else deadline - time.monotonic()
        if left <= 0:
            raise Unavailable
        timeout = max(2, min(CONNECT_SECONDS, round(left)))  # libpq knows no shorter one
        options: dict[str, Any] = {**OPTIONS, "connect_timeout": timeout, **self._address, "client_encoding": "utf8"}
        connection = TimedConnection.connect(**options)
        connection.deadline = deadline
        with suppress(psycopg.errors.UndefinedObject):  # something else that speaks as PostgreSQL does
            connection.execute(PLANS)
        return PostgresLink(connection, self.connect)

    def translated(self, error: Exception) -> Exception:
        return errors.translated(error)

    def trouble(self, error: Exception) -> DatabaseTrouble | None:
        return errors.trouble(error)

    def engine(self, *, write: bool) -> Engine:
        return create_engine(self._url, poolclass=NullPool, connect_args={"connect_timeout": CONNECT_SECONDS})

    def is_there(self) -> bool:
        return True

    def make_room(self) -> None:
        """The database itself is made by whoever runs the server."""

    def close(self) -> None:
        """Nothing does."""
