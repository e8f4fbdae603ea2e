"""The first schema: people, goods, orders, money, and what the service remembers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")


def text(name: str, *, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, TEXT, nullable=optional)


def number(name: str, *, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, NUMBER, nullable=optional)


def flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, FLAG, nullable=False)


def law(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(name))


def only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.create_table(
        "users",
        text("id"),
        text("name"),
        text("email"),
        text("email_key"),
        text("password_hash"),
        text("roles"),
        number("registered_at"),
        number("disabled_at", optional=True),
        number("version"),
        sa.PrimaryKeyConstraint("id", name=op.f("users_pkey")),
        sa.UniqueConstraint("email_key", name=op.f("users_email_key_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "accounts",
        text("id"),
        text("owner_id"),
        text("currency"),
        number("balance"),
        number("opened_at"),
        flag("is_default"),
        number("version"),
        law("accounts_balance_check", "balance >= 0"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("accounts_owner_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("accounts_pkey")),
        sqlite_strict=True,
    )
    op.create_index("accounts_default_key", "accounts", ["owner_id"], unique=True, **only("is_default"))
    op.create_index("accounts_owner_id_idx", "accounts", ["owner_id"])
    op.create_table(
        "products",
        text("sku"),
        text("name"),
        number("price"),
        text("currency"),
        number("on_hand"),
        number("reserved"),
        number("version"),
        law("products_stock_check", "on_hand >= reserved AND reserved >= 0"),
        law("products_price_check", "price >= 0"),
        sa.PrimaryKeyConstraint("sku", name=op.f("products_pkey")),
        sqlite_strict=True,
    )
    op.create_table(
        "stock_adjustments",
        text("id"),
        text("sku"),
        number("delta"),
        text("reason"),
        number("created_at"),
        sa.ForeignKeyConstraint(["sku"], ["products.sku"], name=op.f("stock_adjustments_sku_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("stock_adjustments_pkey")),
        sqlite_strict=True,
    )
    op.create_table(
        "orders",
        text("id"),
        text("owner_id"),
        text("status"),
        number("total"),
        text("currency"),
        number("placed_at"),
        number("confirmed_at", optional=True),
        number("fulfilled_at", optional=True),
        number("canceled_at", optional=True),
        number("version"),
        law("orders_canceled_check", "(status = 'canceled') = (canceled_at IS NOT NULL)"),
        law("orders_fulfilled_check", "(status = 'fulfilled') = (fulfilled_at IS NOT NULL)"),
        law(
            "orders_confirmed_check",
            "CASE status WHEN 'pending' THEN confirmed_at IS NULL"
            " WHEN 'canceled' THEN true ELSE confirmed_at IS NOT NULL END",
        ),
        law("orders_status_check", "status IN ('pending', 'confirmed', 'fulfilled', 'canceled')"),
        law("orders_total_check", "total >= 0"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("orders_owner_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("orders_pkey")),
        sqlite_strict=True,
    )
    op.create_index("orders_owner_id_id_idx", "orders", ["owner_id", "id"])
    op.create_table(
        "order_lines",
        text("order_id"),
        text("sku"),
        number("position"),
        text("name"),
        number("quantity"),
        number("unit_price"),
        text("currency"),
        law("order_lines_quantity_check", "quantity BETWEEN 1 AND 999"),
        law("order_lines_unit_price_check", "unit_price >= 0"),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("order_lines_order_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sku"], ["products.sku"], name=op.f("order_lines_sku_fkey")),
        sa.PrimaryKeyConstraint("order_id", "sku", name=op.f("order_lines_pkey")),
        sqlite_strict=True,
    )
    op.create_table(
        "payments",
        text("id"),
        text("owner_id"),
        text("method"),
        number("amount"),
        text("currency"),
        number("created_at"),
        text("order_id", optional=True),
        text("account_id", optional=True),
        text("status"),
        text("token", optional=True),
        number("lease_until", optional=True),
        number("attempts"),
        flag("announced"),
        text("decline_code", optional=True),
        text("key_id", optional=True),
        number("version"),
        law("payments_declined_check", "(status = 'declined') = (decline_code IS NOT NULL)"),
        law("payments_method_check", "method IN ('card', 'balance')"),
        law(
            "payments_settled_check",
            "status = 'authorizing' OR (token IS NULL AND (status = 'review' OR lease_until IS NULL))",
        ),
        law(
            "payments_status_check",
            "status IN ('authorizing', 'authorized', 'captured', 'declined',"
            " 'voiding', 'voided', 'refunding', 'refunded', 'review')",
        ),
        law("payments_purpose_check", "(order_id IS NULL) <> (account_id IS NULL)"),
        law("payments_amount_check", "amount >= 0"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("payments_account_id_fkey")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("payments_owner_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("payments_pkey")),
        sa.UniqueConstraint("order_id", name=op.f("payments_order_id_key")),
        sqlite_strict=True,
    )
    op.create_index("payments_lease_until_idx", "payments", ["lease_until"], **only("lease_until IS NOT NULL"))
    op.create_table(
        "entries",
        text("id"),
        text("transfer_id"),
        text("account_id", optional=True),
        text("system_account", optional=True),
        number("amount"),
        text("currency"),
        number("balance_after", optional=True),
        text("kind"),
        text("order_id", optional=True),
        number("created_at"),
        law("entries_kind_check", "kind IN ('order', 'refund', 'deposit', 'transfer')"),
        law("entries_system_account_check", "system_account IN ('revenue', 'card-clearing')"),
        law("entries_side_check", "(account_id IS NULL) <> (system_account IS NULL)"),
        law("entries_balance_after_check", "(account_id IS NULL) = (balance_after IS NULL) AND balance_after >= 0"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("entries_account_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("entries_pkey")),
        sqlite_strict=True,
    )
    op.create_index("entries_account_id_id_idx", "entries", ["account_id", "id"], **only("account_id IS NOT NULL"))
    op.create_table(
        "idempotency_keys",
        text("id"),
        text("fingerprint"),
        number("expires_at"),
        text("answer", optional=True),
        text("payment_id", optional=True),
        number("version"),
        sa.PrimaryKeyConstraint("id", name=op.f("idempotency_keys_pkey")),
        sqlite_strict=True,
    )
    op.create_index("idempotency_keys_expires_at_idx", "idempotency_keys", ["expires_at"])
    op.create_table(
        "sessions",
        text("key"),
        text("handle"),
        text("user_id", optional=True),
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
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("sessions_user_id_fkey")),
        sa.PrimaryKeyConstraint("key", name=op.f("sessions_pkey")),
        sqlite_strict=True,
    )
    op.create_index("sessions_expires_at_idx", "sessions", ["expires_at"])
    op.create_index("sessions_user_id_idx", "sessions", ["user_id"])
    op.create_table(
        "messages",
        text("id"),
        text("name"),
        text("payload"),
        number("created_at"),
        number("due_at"),
        number("attempts"),
        number("version"),
        sa.PrimaryKeyConstraint("id", name=op.f("messages_pkey")),
        sqlite_strict=True,
    )
    op.create_index("messages_due_at_idx", "messages", ["due_at"])
    op.create_table(
        "commits",
        text("id"),
        sa.PrimaryKeyConstraint("id", name=op.f("commits_pkey")),
        sqlite_strict=True,
    )
