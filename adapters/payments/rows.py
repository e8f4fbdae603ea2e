"""The sandbox's tables, and how what is known of a key is read from them and written to them in bulk."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final, TypeAlias

from adapters.payments.rules import Entry, Known, Spent
from domain.money import Currency, Money
from service_layer.ports.gateway import Charge, ChargeStatus

SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS charges (
        seq INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        amount INTEGER NOT NULL,
        currency TEXT NOT NULL,
        status TEXT NOT NULL,
        created_at TEXT NOT NULL,
        decline_code TEXT,
        fingerprint BLOB NOT NULL
    ) STRICT""",
    "CREATE TABLE IF NOT EXISTS spent (key TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
)
ALL_CHARGES: Final = "SELECT key, amount, currency, status, created_at, decline_code, fingerprint FROM charges"
OF_KEYS: Final = "WHERE key IN (SELECT value FROM json_each(?))"

Row: TypeAlias = tuple[str, int, str, str, str, str | None, bytes]


def load(connection: sqlite3.Connection, keys: Collection[str]) -> dict[str, Known]:
    """What is known of these keys; those never seen are left out."""
    wanted = (json.dumps(list(keys)),)
    spent = connection.execute(f"SELECT key FROM spent {OF_KEYS}", wanted)  # noqa: S608 (constants only)
    known: dict[str, Known] = {key: Spent() for (key,) in spent}
    return known | {row[0]: _entry(row) for row in connection.execute(f"{ALL_CHARGES} {OF_KEYS}", wanted)}


def save(connection: sqlite3.Connection, before: Mapping[str, Known], after: Mapping[str, Known]) -> None:
    """Writes what changed. A charge is inserted or moves on; of the rest of it nothing ever changes."""
    made: list[Row] = []
    moved: list[tuple[str, str]] = []
    spent: list[tuple[str]] = []
    for key, known in after.items():
        if known is (earlier := before.get(key)):
            continue
        if not isinstance(known, Entry):
            spent.append((key,))
        elif isinstance(earlier, Entry):
            moved.append((known.charge.status, key))
        else:
            made.append(_row(known))
    connection.executemany("INSERT INTO spent VALUES (?)", spent)
    connection.executemany("UPDATE charges SET status = ? WHERE key = ?", moved)
    connection.executemany("INSERT INTO charges VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", made)


def all_charges(connection: sqlite3.Connection) -> list[Charge]:
    """In the order in which they were made."""
    return [_entry(row).charge for row in connection.execute(f"{ALL_CHARGES} ORDER BY seq")]


def _row(entry: Entry) -> Row:
    charge = entry.charge
    money, made_at = charge.amount, charge.created_at.isoformat()
    return (charge.key, money.amount, money.currency, charge.status, made_at, charge.decline_code, entry.fingerprint)


def _entry(row: Row) -> Entry:
    key, amount, currency, status, created_at, decline_code, fingerprint = row
    money = Money(amount, Currency(currency))
    charge = Charge(key, money, ChargeStatus(status), datetime.fromisoformat(created_at), decline_code)
    return Entry(charge, fingerprint)
