"""Which table keeps which kind, and how its rows are read and made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Table

from adapters.sql import rows_business as business
from adapters.sql import rows_service as service
from adapters.sql import tables
from adapters.sql.values import Row
from service_layer import kinds
from service_layer.kinds import Kind


@dataclass(frozen=True, eq=False)
class Parts:
    """A second table, whose rows belong to a row of the first and are loaded, written and removed with it."""

    table: Table
    rows_of: Callable[[Any], Iterable[Row]]
    order: Column[Any]


@dataclass(frozen=True, eq=False)
class Mapped:
    """A kind at home in a table. `columns` are those that its unique and grouped values and its due moment are in."""

    kind: Kind[Any]
    table: Table
    row_of: Callable[[Any], Row]
    read: Callable[[Sequence[Row]], list[Any]]
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    due: str = ""
    parts: Parts | None = None

    @property
    def key(self) -> Column[Any]:
        return self.table.c[0]

    @property
    def is_versioned(self) -> bool:
        """Whether it ever changes; what does not is only ever added."""
        return "version" in self.table.c

    @property
    def changeable(self) -> list[Column[Any]]:
        """Key, unique and grouped values never change; writing them all the same would maintain their indexes."""
        fixed = {self.column(index).name for index in ("key", *self.kind.unique, *self.kind.grouped)}
        return [column for column in self.table.c if column.name not in fixed]

    @cached_property
    def changing(self) -> Callable[[Row], Row]:
        """The values of the changeable columns in a whole row."""
        names = self.table.c.keys()
        return itemgetter(*(names.index(column.name) for column in self.changeable))

    def column(self, index: str) -> Column[Any]:
        return self.key if index == "key" else self.table.c[self.columns.get(index, index)]


def _each(read: Callable[[Row], Any]) -> Callable[[Sequence[Row]], list[Any]]:
    return lambda rows: [read(row) for row in rows]


LINES = Parts(tables.order_lines, business.line_rows, tables.order_lines.c.position)

MAPPED: tuple[Mapped, ...] = (
    Mapped(kinds.USERS, tables.users, business.user_row, _each(business.user_of), {"email": "email_key"}),
    Mapped(kinds.PRODUCTS, tables.products, business.product_row, _each(business.product_of)),
    Mapped(kinds.ACCOUNTS, tables.accounts, business.account_row, _each(business.account_of)),
    Mapped(kinds.SESSIONS, tables.sessions, service.session_row, _each(service.session_of), due="expires_at"),
    Mapped(kinds.KEYS, tables.idempotency_keys, service.key_row, _each(service.key_of), due="expires_at"),
    Mapped(kinds.ORDERS, tables.orders, business.order_row, business.orders_of, parts=LINES),
    Mapped(kinds.PAYMENTS, tables.payments, business.payment_row, _each(business.payment_of), due="lease_until"),
    Mapped(kinds.ENTRIES, tables.entries, business.entry_row, _each(business.entry_of)),
    Mapped(kinds.ADJUSTMENTS, tables.stock_adjustments, business.adjustment_row, _each(business.adjustment_of)),
    Mapped(kinds.ATTEMPTS, tables.attempts, service.attempt_row, _each(service.attempt_of), due="expires_at"),
    Mapped(kinds.MESSAGES, tables.messages, service.message_row, _each(service.message_of), due="due_at"),
)
"""In the order in which they are written: nothing before what it refers to."""
