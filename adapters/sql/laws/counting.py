"""How to count in a sub-select."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, FromClause, SelectBase, case, func, select

Condition: TypeAlias = ColumnElement[bool]
Counts: TypeAlias = list[ColumnElement[int]]
JsonText: TypeAlias = Callable[..., ColumnElement[str]]

LIVE = ("authorized", "captured")
BOUGHT = ("confirmed", "fulfilled")


def how_many(things: FromClause, *conditions: Condition) -> ColumnElement[int]:
    return select(func.count()).select_from(things).where(*conditions).scalar_subquery()


def rows_of(chosen: SelectBase) -> ColumnElement[int]:
    return how_many(chosen.subquery())


def sum_where(condition: Condition, number: ColumnElement[Any]) -> ColumnElement[int]:
    return func.sum(case((condition, number), else_=0))


def or_zero(number: ColumnElement[Any]) -> ColumnElement[int]:
    return func.coalesce(number, 0)
