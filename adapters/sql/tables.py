"""The schema: every table, and the laws as constraints of the database.

Numbers are 64-bit, times are microseconds since 1970 in UTC, amounts are minor units beside their currency. The key is
the first column of a table, the version the last. Text sorts by code point everywhere, as it does in Python: the order
of locks and of pages is the same in all databases.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
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


def _table(name: str, *items: SchemaItem) -> Table:
    return Table(name, METADATA, *items, sqlite_strict=True)


def _key(name: str = "id") -> Column[object]:
    return Column(name, TEXT, primary_key=True)


def _text(name: str, *, optional: bool = False) -> Column[object]:
    return Column(name, TEXT, nullable=optional)


def _number(name: str, *, optional: bool = False) -> Column[object]:
    return Column(name, NUMBER, nullable=optional)


def _of(target: str, name: str, *, optional: bool = False, on_delete: str | None = None) -> Column[object]:
    return Column(name, TEXT, ForeignKey(target, ondelete=on_delete), nullable=optional)


def _law(name: str, condition: str) -> CheckConstraint:
    return CheckConstraint(condition, name=name)


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


users = _table(
    "users",
    _key(),
    _text("name"),
    _text("email"),
    _text("email_key"),
    _text("password_hash"),
    _text("roles"),
    _number("registered_at"),
    _number("disabled_at", optional=True),
    _number("version"),
    UniqueConstraint("email_key"),
)

accounts = _table(
    "accounts",
    _key(),
    _of("users.id", "owner_id"),
    _text("currency"),
    _number("balance"),
    _number("opened_at"),
    Column("is_default", FLAG, nullable=False),
    _number("version"),
    _law("balance", "balance >= 0"),
    Index(None, "owner_id"),
    Index("accounts_default_key", "owner_id", unique=True, **_only("is_default")),
)

products = _table(
    "products",
    _key("sku"),
    _text("name"),
    _number("price"),
    _text("currency"),
    _number("on_hand"),
    _number("reserved"),
    _number("version"),
    _law("price", "price >= 0"),
    _law("stock", "on_hand >= reserved AND reserved >= 0"),
)

stock_adjustments = _table(
    "stock_adjustments",
    _key(),
    _of("products.sku", "sku"),
    _number("delta"),
    _text("reason"),
    _number("created_at"),
)

orders = _table(
    "orders",
    _key(),
    _of("users.id", "owner_id"),
    _text("status"),
    _number("total"),
    _text("currency"),
    _number("placed_at"),
    _number("confirmed_at", optional=True),
    _number("fulfilled_at", optional=True),
    _number("canceled_at", optional=True),
    _number("version"),
    _law("total", "total >= 0"),
    _law("status", "status IN ('pending', 'confirmed', 'fulfilled', 'canceled')"),
    _law(
        "confirmed",
        "CASE status WHEN 'pending' THEN confirmed_at IS NULL"
        " WHEN 'canceled' THEN true ELSE confirmed_at IS NOT NULL END",
    ),
    _law("fulfilled", "(status = 'fulfilled') = (fulfilled_at IS NOT NULL)"),
    _law("canceled", "(status = 'canceled') = (canceled_at IS NOT NULL)"),
    Index(None, "owner_id", "id"),
)

order_lines = _table(
    "order_lines",
    _of("orders.id", "order_id", on_delete="CASCADE"),
    _of("products.sku", "sku"),
    _number("position"),
    _text("name"),
    _number("quantity"),
    _number("unit_price"),
    _text("currency"),
    PrimaryKeyConstraint("order_id", "sku"),
    _law("quantity", "quantity BETWEEN 1 AND 999"),
    _law("unit_price", "unit_price >= 0"),
)

payments = _table(
    "payments",
    _key(),
    _of("users.id", "owner_id"),
    _text("method"),
    _number("amount"),
    _text("currency"),
    _number("created_at"),
    _text("order_id", optional=True),  # an order that was declined is gone; its payment stays
    _of("accounts.id", "account_id", optional=True),
    _text("status"),
    _text("token", optional=True),
    _number("lease_until", optional=True),
    _number("attempts"),
    Column("announced", FLAG, nullable=False),
    _text("decline_code", optional=True),
    _text("key_id", optional=True),
    _number("version"),
    UniqueConstraint("order_id"),
    _law("method", "method IN ('card', 'balance')"),
    _law("amount", "amount >= 0"),
    _law("purpose", "(order_id IS NULL) <> (account_id IS NULL)"),
    _law(
        "status",
        "status IN ('authorizing', 'authorized', 'captured', 'declined',"
        " 'voiding', 'voided', 'refunding', 'refunded', 'review')",
    ),
    _law("settled", "status = 'authorizing' OR (token IS NULL AND (status = 'review' OR lease_until IS NULL))"),
    _law("declined", "(status = 'declined') = (decline_code IS NOT NULL)"),
    Index(None, "lease_until", **_only("lease_until IS NOT NULL")),
)

entries = _table(
    "entries",
    _key(),
    _text("transfer_id"),
    _of("accounts.id", "account_id", optional=True),
    _text("system_account", optional=True),
    _number("amount"),
    _text("currency"),
    _number("balance_after", optional=True),
    _text("kind"),
    _text("order_id", optional=True),
    _number("created_at"),
    _law("side", "(account_id IS NULL) <> (system_account IS NULL)"),
    _law("system_account", "system_account IN ('revenue', 'card-clearing')"),
    _law("kind", "kind IN ('order', 'refund', 'deposit', 'transfer')"),
    _law("balance_after", "(account_id IS NULL) = (balance_after IS NULL) AND balance_after >= 0"),
    Index(None, "account_id", "id", **_only("account_id IS NOT NULL")),
)

idempotency_keys = _table(
    "idempotency_keys",
    _key(),
    _text("fingerprint"),
    _number("expires_at"),
    _text("answer", optional=True),
    _text("payment_id", optional=True),
    _number("version"),
    Index(None, "expires_at"),
)

sessions = _table(
    "sessions",
    _key("key"),
    _text("handle"),
    _of("users.id", "user_id", optional=True),
    _text("roles"),
    _number("authenticated_at", optional=True),
    _text("last_order_id", optional=True),
    _text("preferences"),
    _number("created_at"),
    _number("last_seen_at"),
    _number("expires_at"),
    _text("user_agent"),
    _text("ip"),
    _number("version"),
    Index(None, "user_id"),
    Index(None, "expires_at"),
)

messages = _table(
    "messages",
    _key(),
    _text("name"),
    _text("payload"),
    _number("created_at"),
    _number("due_at"),
    _number("attempts"),
    _number("version"),
    Index(None, "due_at"),
)

commits = _table("commits", _key())
"""A mark for each transaction on PostgreSQL, by which one whose connection was lost can be told to have happened."""
