"""How SQLite wants its statements: a row at a time, any number of values as one JSON text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    ClauseElement,
    Column,
    ColumnElement,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite


class SqliteGrammar:
    """A row at a time; a list of values is one parameter, as JSON."""

    dialect = SQLiteDialect_pysqlite()

    def among(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        return column.in_(select(func.json_each(bindparam("values")).table_valued("value").c.value))

    def argument(self, values: Sequence[str]) -> object:
        return json.dumps(values)

    def insert(self, table: Table) -> ClauseElement:
        return insert(table)

    def update(self, table: Table, columns: Sequence[Column[Any]]) -> ClauseElement:
        changed: dict[Column[Any], BindParameter[Any]] = {column: bindparam(f"new_{column.name}") for column in columns}
        return update(table).values(changed).where(table.c[0] == bindparam("is"), table.c.version == bindparam("was"))

    def delete(self, table: Table) -> ClauseElement:
        return delete(table).where(table.c[0] == bindparam("is"), table.c.version == bindparam("was"))

    def json_text(self, column: ColumnElement[Any], *path: str) -> ColumnElement[str]:
        return func.json_extract(column, "$." + ".".join(path))


GRAMMAR = SqliteGrammar()
