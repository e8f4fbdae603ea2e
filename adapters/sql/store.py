"""The store over SQL: a transaction loads and writes in bulk, with one statement for each kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn, TypeVar

from adapters.sql.addresses import database_at
from adapters.sql.book import Book, book_of
from adapters.sql.connections import Connections
from adapters.sql.database import Answer, Link
from adapters.sql.mapping import MAPPED, Mapped
from adapters.sql.texts import findable, orderable
from adapters.sql.trouble import ConnectionLost
from adapters.sql.values import Row, micros
from service_layer.kinds import Changes, Kind
from service_layer.ports.errors import Conflict

E = TypeVar("E")


class SqlStore:
    """The store in the database at `url`: `sqlite:///<file>` or `postgresql://…`. Any thread may use it."""

    def __init__(self, url: str) -> None:
        """Connects to nothing yet. Raises `ValueError` for a URL of any other kind."""
        database = database_at(url)
        self._connections = Connections(database)
        self._book = book_of(database.grammar)

    def begin(self, *, write: bool, deadline: float | None = None) -> SqlTransaction:
        """Raises `Conflict` where the turn to write does not come in time, `Unavailable`."""
        link = self._connections.begin(write=write, deadline=deadline)
        return SqlTransaction(link, self._connections, self._book, write=write)

    def close(self) -> None:
        self._connections.close()


class SqlTransaction:
    """One transaction on one connection."""

    def __init__(self, link: Link, connections: Connections, book: Book, *, write: bool) -> None:
        self._link: Link | None = link
        self._connections = connections
        self._book = book
        self._write = write
        self._spoiled = False

    def load(self, kind: Kind[E], index: str, values: Sequence[str]) -> Iterable[E]:
        statements = self._book.of[kind.name]
        argument = self._book.grammar.argument(findable(values))
        answer = self._ask(statements.load[index, self._write].text, [argument])
        return self._entities(statements.mapped, answer)

    def page(self, kind: Kind[E], index: str | None, value: str, after: str | None, limit: int) -> list[E]:
        if not findable([value]):
            return []
        statements = self._book.of[kind.name]
        page = statements.page[index, after is not None]
        arguments = page.arguments(value=value, after=orderable(after or ""), limit=limit)
        return statements.mapped.read(self._fetch(page.text, arguments))

    def due(self, kind: Kind[E], until: datetime, limit: int) -> list[E]:
        statements = self._book.of[kind.name]
        due = statements.due[self._write]
        return statements.mapped.read(self._fetch(due.text, due.arguments(until=micros(until), limit=limit)))

    def write(self, changes: Sequence[tuple[Kind[Any], Changes[Any]]]) -> None:
        of = {kind.name: its for kind, its in changes}
        statements = [self._book.of[mapped.kind.name] for mapped in MAPPED if mapped.kind.name in of]
        batches = [batch for its in statements for batch in its.batches(of[its.mapped.kind.name])]
        try:
            found = self._open.change(batches)
        except Exception as error:
            self._fail(error)
        if not found:
            raise Conflict("a version has moved on")

    def laws(self, now: datetime) -> Mapping[str, int]:
        laws = self._book.laws
        (counts,) = self._fetch(laws.text, laws.arguments(now=micros(now)))
        return {f"L{number}": count for number, count in enumerate(counts, 1)}

    def commit(self) -> None:
        try:
            self._open.commit()
        except Exception as error:
            self._fail(error)
        self.rollback()

    def rollback(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            self._connections.end(link, spoiled=self._spoiled)

    @property
    def _open(self) -> Link:
        if self._link is None:
            raise RuntimeError("the transaction has ended")
        return self._link

    def _entities(self, mapped: Mapped, answer: Answer) -> Iterator[Any]:
        yield from mapped.read(self._taken(answer))

    def _fetch(self, text: str, arguments: Sequence[Any]) -> list[Row]:
        return self._taken(self._ask(text, arguments))

    def _ask(self, text: str, arguments: Sequence[Any]) -> Answer:
        try:
            return self._open.ask(text, arguments)
        except Exception as error:
            self._fail(error)

    def _taken(self, answer: Answer) -> list[Row]:
        try:
            return answer()
        except Exception as error:
            self._fail(error)

    def _fail(self, error: Exception) -> NoReturn:
        failure = self._connections.failure(error)
        self._spoiled = not isinstance(failure, Conflict) or isinstance(failure, ConnectionLost)
        raise failure from failure.__cause__
