"""What a store says to its database, as its driver is told it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from functools import partial
from threading import current_thread
from typing import Any

import psycopg
import pytest

from adapters.sql.postgres.timed import TimedConnection

_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE) (\w+)")


def listen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A list to be filled with `VERB table` for each statement of this thread's, on connections made from now on."""
    said: list[str] = []
    us = current_thread()

    def overheard(of: Callable[..., Any]) -> Callable[..., Any]:
        def call(connection: object, text: str, *arguments: Any, **options: Any) -> Any:
            if current_thread() is us:
                said.append(gist(text))
            return of(connection, text, *arguments, **options)

        return call

    class Overheard(sqlite3.Connection):
        execute = overheard(sqlite3.Connection.execute)
        executemany = overheard(sqlite3.Connection.executemany)

    def commit(connection: psycopg.Connection[Any]) -> None:
        said.append("COMMIT")
        psycopg.Connection.commit(connection)

    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Overheard))
    monkeypatch.setattr(TimedConnection, "execute", overheard(psycopg.Connection.execute))
    monkeypatch.setattr(TimedConnection, "commit", commit)
    return said


def gist(text: str) -> str:
    """`INSERT orders`, `BEGIN`."""
    verb, table = text.split(None, 1)[0], _TABLE.search(text)
    return f"{verb} {table[1]}" if table else verb
