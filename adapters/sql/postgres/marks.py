"""A mark for each transaction that writes: a row of its own, by which it can be told to have happened."""

from __future__ import annotations

import time

from sqlalchemy import bindparam, delete, insert
from uuid_utils import uuid7

from adapters.sql.postgres.grammar import GRAMMAR
from adapters.sql.tables import commits

FORGET_EVERY = 1000  # commits of a connection
KEPT_SECONDS = 600  # long past any deadline, and past what clocks of two hosts differ by

MARK = str(insert(commits).values(id=bindparam("mark")).compile(dialect=GRAMMAR.dialect))
FORGET = str(delete(commits).where(commits.c.id < bindparam("before")).compile(dialect=GRAMMAR.dialect))


def new_mark() -> str:
    """Later ones sort after earlier ones."""
    return str(uuid7())


def forgettable() -> str:
    """Marks before this one are of transactions that nobody asks for any more."""
    return str(uuid7(nanoseconds=time.time_ns() - KEPT_SECONDS * 10**9))
