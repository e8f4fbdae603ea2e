"""How PostgreSQL wants its statements: a column at a time, so that their text is the same for any number of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    ClauseElement,
    Column,
    ColumnElement,
    Table,
    TableValuedAlias,
    Text,
    any_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from adapters.sql.postgres.arrays import arrays


class PostgresGrammar:
    """An array for each column."""

    dialect = PGDialect_psycopg(paramstyle="numeric_dollar")

    def argument(self, values: Sequence[str]) -> object:
        return arrays([values])[0]

    def among(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        return column == any_(bindparam("values", type_=ARRAY(Text)))

    def insert(self, table: Table) -> ClauseElement:
        rows = _rows(**{column.name: column for column in table.c})
        return insert(table).from_select([column.name for column in table.c], select(*rows.c))

    def update(self, table: Table, columns: Sequence[Column[Any]]) -> ClauseElement:
        rows = _rows(**{f"new_{column.name}": column for column in columns}, at=table.c[0], was=table.c.version)
        changed = {column: rows.c[f"new_{column.name}"] for column in columns}
        return update(table).values(changed).where(*_is_given(table, rows))

    def delete(self, table: Table) -> ClauseElement:
        rows = _rows(at=table.c[0], was=table.c.version)
        return delete(table).where(*_is_given(table, rows))

    def json_text(self, column: ColumnElement[Any], *path: str) -> ColumnElement[str]:
        return func.json_extract_path_text(cast(column, JSON), *path)


def _rows(**columns: Column[Any]) -> TableValuedAlias:
    """Parameters, a column each, side by side."""
    arrays = [bindparam(f"all_{name}", type_=ARRAY(type(column.type)())) for name, column in columns.items()]
    return func.unnest(*arrays).table_valued(*columns, name="given").render_derived()


def _is_given(table: Table, rows: TableValuedAlias) -> tuple[ColumnElement[bool], ...]:
    """The keys once more by themselves: from these PostgreSQL sees that an index will do, and reads no whole table."""
    keys = bindparam("all_at", type_=ARRAY(Text))
    return table.c[0] == any_(keys), table.c[0] == rows.c["at"], table.c.version == rows.c["was"]


GRAMMAR = PostgresGrammar()
