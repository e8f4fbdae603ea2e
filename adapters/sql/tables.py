"""The schema: every table, and the laws as constraints of the database.

Numbers are 64-bit, times are microseconds since 1970 in UTC, amounts are minor units beside their currency. The key is
the first column of a table, the version the last. Text sorts by code point everywhere, as it does in Python: the order
of locks and of pages is the same in all databases.
"""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint

from adapters.sql.columns import METADATA as METADATA
from adapters.sql.columns import flag, key, law, number, only, reference, table, text

users = table(
    "users",
    key(),
    text("name"),
    text("email"),
    text("email_key"),
    text("password_hash"),
    text("roles"),
    number("registered_at"),
    number("disabled_at", optional=True),
    number("version"),
    UniqueConstraint("email_key"),
)

accounts = table(
    "accounts",
    key(),
    reference("users.id", "owner_id"),
    text("currency"),
    number("balance"),
    number("opened_at"),
    flag("is_default"),
    number("version"),
    law("balance", "balance >= 0"),
    Index(None, "owner_id"),
    Index("accounts_default_key", "owner_id", unique=True, **only("is_default")),
)

products = table(
    "products",
    key("sku"),
    text("name"),
    number("price"),
    text("currency"),
    number("on_hand"),
    number("reserved"),
    number("version"),
    law("price", "price >= 0"),
    law("stock", "on_hand >= reserved AND reserved >= 0"),
)

stock_adjustments = table(
    "stock_adjustments",
    key(),
    reference("products.sku", "sku"),
    number("delta"),
    text("reason"),
    number("created_at"),
)

orders = table(
    "orders",
    key(),
    reference("users.id", "owner_id"),
    text("status"),
    number("total"),
    text("currency"),
    number("placed_at"),
    number("confirmed_at", optional=True),
    number("fulfilled_at", optional=True),
    number("canceled_at", optional=True),
    number("version"),
    law("total", "total >= 0"),
    law("status", "status IN ('pending', 'confirmed', 'fulfilled', 'canceled')"),
    law(
        "confirmed",
        "CASE status WHEN 'pending' THEN confirmed_at IS NULL"
        " WHEN 'canceled' THEN true ELSE confirmed_at IS NOT NULL END",
    ),
    law("fulfilled", "(status = 'fulfilled') = (fulfilled_at IS NOT NULL)"),
    law("canceled", "(status = 'canceled') = (canceled_at IS NOT NULL)"),
    Index(None, "owner_id", "id"),
)

order_lines = table(
    "order_lines",
    reference("orders.id", "order_id", on_delete="CASCADE"),
    reference("products.sku", "sku"),
    number("position"),
    text("name"),
    number("quantity"),
    number("unit_price"),
    text("currency"),
    PrimaryKeyConstraint("order_id", "sku"),
    law("quantity", "quantity BETWEEN 1 AND 999"),
    law("unit_price", "unit_price >= 0"),
)

payments = table(
    "payments",
    key(),
    reference("users.id", "owner_id"),
    text("method"),
    number("amount"),
    text("currency"),
    number("created_at"),
    text("order_id", optional=True),  # an order that was declined is gone; its payment stays
    reference("accounts.id", "account_id", optional=True),
    text("status"),
    text("token", optional=True),
    number("lease_until", optional=True),
    number("attempts"),
    flag("announced"),
    text("decline_code", optional=True),
    text("key_id", optional=True),
    number("version"),
    UniqueConstraint("order_id"),
    law("method", "method IN ('card', 'balance')"),
    law("amount", "amount >= 0"),
    law("purpose", "(order_id IS NULL) <> (account_id IS NULL)"),
    law(
        "status",
        "status IN ('authorizing', 'authorized', 'captured', 'declined',"
        " 'voiding', 'voided', 'refunding', 'refunded', 'review')",
    ),
    law("settled", "status = 'authorizing' OR (token IS NULL AND (status = 'review' OR lease_until IS NULL))"),
    law("declined", "(status = 'declined') = (decline_code IS NOT NULL)"),
    Index(None, "lease_until", **only("lease_until IS NOT NULL")),
)

entries = table(
    "entries",
    key(),
    text("transfer_id"),
    reference("accounts.id", "account_id", optional=True),
    text("system_account", optional=True),
    number("amount"),
    text("currency"),
    number("balance_after", optional=True),
    text("kind"),
    text("order_id", optional=True),
    number("created_at"),
    law("side", "(account_id IS NULL) <> (system_account IS NULL)"),
    law("system_account", "system_account IN ('revenue', 'card-clearing')"),
    law("kind", "kind IN ('order', 'refund', 'deposit', 'transfer')"),
    law("balance_after", "(account_id IS NULL) = (balance_after IS NULL) AND balance_after >= 0"),
    Index(None, "account_id", "id", **only("account_id IS NOT NULL")),
)

idempotency_keys = table(
    "idempotency_keys",
    key(),
    text("fingerprint"),
    number("expires_at"),
    text("answer", optional=True),
    text("payment_id", optional=True),
    number("version"),
    Index(None, "expires_at"),
)

sessions = table(
    "sessions",
    key("key"),
    text("handle"),
    reference("users.id", "user_id", optional=True),
    text("roles"),
    number("authenticated_at", optional=True),
    text("last_order_id", optional=True),
    text("preferences"),
    number("created_at"),
    number("last_seen_at"),
    number("expires_at"),
    text("user_agent"),
    text("ip"),
    number("version"),
    Index(None, "user_id"),
    Index(None, "expires_at"),
)

attempts = table(
    "attempts",
    key("key"),
    text("failures"),
    number("expires_at"),
    number("version"),
    Index(None, "expires_at"),
)

messages = table(
    "messages",
    key(),
    text("name"),
    text("payload"),
    number("created_at"),
    number("due_at"),
    number("attempts"),
    number("version"),
    Index(None, "due_at"),
)

commits = table("commits", key())
"""A mark for each transaction on PostgreSQL, by which one whose connection was lost can be told to have happened."""
