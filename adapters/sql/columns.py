"""What tables are made of: columns, references and laws, as both databases understand them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy import text as sql
from sqlalchemy.schema import SchemaItem

METADATA = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    }
)

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
NUMBER = BigInteger().with_variant(Integer(), "sqlite")  # STRICT tables know INTEGER only, which has 64 bits there
FLAG = Boolean().with_variant(Integer(), "sqlite")


def table(name: str, *items: SchemaItem) -> Table:
    return Table(name, METADATA, *items, sqlite_strict=True)


def key(name: str = "id") -> Column[object]:
    return Column(name, TEXT, primary_key=True)


def text(name: str, *, optional: bool = False) -> Column[object]:
    return Column(name, TEXT, nullable=optional)


def number(name: str, *, optional: bool = False) -> Column[object]:
    return Column(name, NUMBER, nullable=optional)


def flag(name: str) -> Column[object]:
    return Column(name, FLAG, nullable=False)


def reference(target: str, name: str, *, optional: bool = False, on_delete: str | None = None) -> Column[object]:
    return Column(name, TEXT, ForeignKey(target, ondelete=on_delete), nullable=optional)


def law(name: str, condition: str) -> CheckConstraint:
    return CheckConstraint(condition, name=name)


def only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sql(condition), "postgresql_where": sql(condition)}
