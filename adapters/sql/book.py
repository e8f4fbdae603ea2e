"""Every statement that a store will ever use, written once for each kind of database."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from adapters.sql.database import Grammar
from adapters.sql.laws import question
from adapters.sql.mapping import MAPPED
from adapters.sql.statements import Statement, Statements


@dataclass(frozen=True, eq=False)
class Book:
    """The statements of each kind, by its name, and the question about the laws."""

    grammar: Grammar
    of: dict[str, Statements]
    laws: Statement


@cache
def book_of(grammar: Grammar) -> Book:
    of = {mapped.kind.name: Statements.of(mapped, grammar) for mapped in MAPPED}
    return Book(grammar, of, Statement.of(question(grammar.json_text), grammar))
