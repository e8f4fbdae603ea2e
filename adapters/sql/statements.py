"""Every statement of a kind, built and compiled once: building one costs more than running it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import BigInteger, ClauseElement, ColumnElement, Integer, Select, bindparam, select
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.util import ClauseAdapter

from adapters.sql.database import Batch, Grammar
from adapters.sql.mapping import Mapped
from service_layer.kinds import Changes


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement's text, and the names of its parameters in their order."""

    text: str
    names: tuple[str, ...]
    constants: Mapping[str, Any]

    @classmethod
    def of(cls, built: ClauseElement, grammar: Grammar) -> Statement:
        compiled = cast(
            SQLCompiler, built.compile(dialect=grammar.dialect, compile_kwargs={"render_postcompile": True})
        )
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        return cls(str(compiled), tuple(compiled.positiontup or ()), constants)

    def arguments(self, **given: object) -> list[Any]:
        """The parameters, for a driver."""
        known = {**self.constants, **given}
        return [known[name] for name in self.names]


@dataclass(frozen=True, slots=True)
class Statements:
    """What can be done with one kind. `lock` has those that keep others from changing what is read."""

    mapped: Mapped
    load: Mapping[tuple[str, bool], Statement]
    page: Mapping[tuple[str | None, bool], Statement]
    due: Mapping[bool, Statement]
    insert: Statement
    insert_parts: Statement | None
    update: Statement | None
    delete: Statement | None

    @classmethod
    def of(cls, mapped: Mapped, grammar: Grammar) -> Statements:
        def compiled(built: ClauseElement) -> Statement:
            return Statement.of(built, grammar)

        indexes = ("key", *mapped.kind.unique, *mapped.kind.grouped)
        return cls(
            mapped=mapped,
            load={
                (index, lock): compiled(_load(mapped, grammar, index, lock=lock))
                for index in indexes
                for lock in (False, True)
            },
            page={
                (index, behind): compiled(_page(mapped, index, behind=behind))
                for index in (None, *mapped.kind.grouped)
                for behind in (False, True)
            },
            due={lock: compiled(_due(mapped, lock=lock)) for lock in (False, True)} if mapped.due else {},
            insert=compiled(grammar.insert(mapped.table)),
            insert_parts=compiled(grammar.insert(mapped.parts.table)) if mapped.parts else None,
            update=compiled(grammar.update(mapped.table, mapped.changeable)) if mapped.is_versioned else None,
            delete=compiled(grammar.delete(mapped.table)) if mapped.is_versioned else None,
        )

    def batches(self, changes: Changes[Any]) -> Iterator[Batch]:
        """Deletes first, so that what replaces them finds room; each in key order, as everybody locks."""
        row_of, key_of = self.mapped.row_of, self.mapped.kind.key
        if changes.removed and self.delete:
            yield Batch(self.delete.text, changes.removed)
        if changes.added:
            added = sorted(changes.added, key=key_of)
            yield Batch(self.insert.text, [row_of(entity) for entity in added])
            if self.mapped.parts and self.insert_parts:
                rows_of = self.mapped.parts.rows_of
                yield Batch(self.insert_parts.text, [row for entity in added for row in rows_of(entity)])
        if changes.updated and self.update:
            changing = self.mapped.changing
            rows = [(*changing(row_of(entity)), self.mapped.kind.key(entity), was) for entity, was in changes.updated]
            yield Batch(self.update.text, rows)


def _load(mapped: Mapped, grammar: Grammar, index: str, *, lock: bool) -> Select[Any]:
    chosen = select(mapped.table).where(grammar.among(mapped.column(index))).order_by(mapped.key)
    return _whole(mapped, chosen.with_for_update(key_share=True) if lock else chosen, mapped.key)


def _page(mapped: Mapped, index: str | None, *, behind: bool) -> Select[Any]:
    key, newest_first = mapped.key, mapped.kind.newest_first
    order = key.desc() if newest_first else key
    chosen = select(mapped.table).order_by(order).limit(bindparam("limit", type_=Integer()))
    if index is not None:
        chosen = chosen.where(mapped.column(index) == bindparam("value"))
    if behind:
        chosen = chosen.where(key < bindparam("after") if newest_first else key > bindparam("after"))
    return _whole(mapped, chosen, order)


def _due(mapped: Mapped, *, lock: bool) -> Select[Any]:
    at = mapped.table.c[mapped.due]
    chosen = select(mapped.table).where(at <= bindparam("until", type_=BigInteger())).order_by(at)
    chosen = chosen.limit(bindparam("limit", type_=Integer()))
    return chosen.with_for_update(key_share=True, skip_locked=True) if lock else chosen


def _whole(mapped: Mapped, chosen: Select[Any], order: ColumnElement[Any]) -> Select[Any]:
    """Each chosen row beside its parts, where it has any."""
    if mapped.parts is None:
        return chosen
    first, parts = chosen.subquery(), mapped.parts.table
    whole = select(*first.c, *list(parts.c)[1:]).outerjoin_from(first, parts, parts.c[0] == first.c[0])
    return whole.order_by(ClauseAdapter(first).traverse(order), mapped.parts.order)
