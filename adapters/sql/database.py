"""What differs from one database to the other: how a statement is put, and how a connection is driven."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ClauseElement, Column, ColumnElement, Dialect, Engine, Table

from adapters.sql.trouble import DatabaseTrouble
from adapters.sql.values import Row


@dataclass(frozen=True, slots=True)
class Batch:
    """One statement for many rows, each of which it must make or find."""

    text: str
    rows: Sequence[Row]


Answer = Callable[[], list[Row]]
"""Gives the rows; raises the driver's own errors where the question came to nothing."""


class Link(Protocol):
    """A connection, in the hands of one transaction at a time. It raises the driver's own errors."""

    def begin(self, *, write: bool, deadline: float | None) -> None: ...

    def ask(self, text: str, arguments: Sequence[Any]) -> Answer:
        """What is asked in a row may go together when the first answer is looked at."""
        ...

    def change(self, batches: Sequence[Batch]) -> bool:
        """Whether every row of every batch was found."""
        ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def close(self) -> None:
        """Never raises."""
        ...


class Grammar(Protocol):
    """How a database wants its statements put, and their parameters."""

    @property
    def dialect(self) -> Dialect: ...

    def among(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether the column is one of the values that `argument` makes one parameter of."""
        ...

    def argument(self, values: Sequence[str]) -> object: ...

    def insert(self, table: Table) -> ClauseElement:
        """Of many rows, in column order."""
        ...

    def update(self, table: Table, columns: Sequence[Column[Any]]) -> ClauseElement:
        """Of many rows: the columns' new values, the key, and the version that is replaced."""
        ...

    def delete(self, table: Table) -> ClauseElement:
        """Of many rows, by key and version."""
        ...

    def json_text(self, column: ColumnElement[Any], *path: str) -> ColumnElement[str]:
        """A member of the JSON text in a column; NULL where there is none."""
        ...


class Database(Protocol):
    """One database, at its address."""

    @property
    def grammar(self) -> Grammar: ...

    def connect(self, deadline: float | None) -> Link: ...

    def translated(self, error: Exception) -> Exception:
        """A driver's error as the store's ports know it; its cause is set where that holds nobody's data."""
        ...

    def trouble(self, error: Exception) -> DatabaseTrouble | None:
        """What no waiting would mend, in words for people; None for anything else."""
        ...

    def engine(self, *, write: bool) -> Engine:
        """For the schema only: its transactions hold DDL, and wait for their turn if they write."""
        ...

    def is_there(self) -> bool:
        """False where a connection would only find out that there is nothing to connect to."""
        ...

    def make_room(self) -> None:
        """Makes what must be there before a first connection can be."""
        ...

    def close(self) -> None:
        """Ends what goes on beside the connections."""
        ...
