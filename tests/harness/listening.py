"""What a store says to its database, as its driver is told it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from functools import partial
from threading import current_thread
from typing import Any

import pytest

from adapters.sql.postgres.wire import RoundTrip, Wire

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

    def tell(wire: Wire, *texts: str) -> None:
        if current_thread() is us:
            said.append(gist(texts[0]))
        told(wire, *texts)

    def round_trip(wire: Wire, trip: RoundTrip) -> None:
        if current_thread() is us:
            said.extend(gist(text) for text, _ in trip.calls)
        made(wire, trip)

    told, made = Wire.tell, Wire.make
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Overheard))
    monkeypatch.setattr(Wire, "tell", tell)
    monkeypatch.setattr(Wire, "make", round_trip)
    return said


def gist(text: str) -> str:
    """`INSERT orders`, `BEGIN`."""
    verb, table = text.split(None, 1)[0], _TABLE.search(text)
    return f"{verb} {table[1]}" if table else verb
