"""Rows to domain objects and back: plain tuples in column order, for this is most of what a bulk load costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

from adapters.sql.values import (
    CURRENCY,
    METHOD,
    ORDER_STATUS,
    PAYMENT_STATUS,
    PLAIN,
    SYSTEM_ACCOUNT,
    TRANSFER_KIND,
    Row,
    micros,
    micros_or_none,
    moment,
    moment_or_none,
)
from domain.accounts import Account, Entry
from domain.catalog import Product, Quantity, Sku, StockAdjustment
from domain.money import Money
from domain.orders import Order, OrderLine
from domain.payments import Payment
from domain.users import Email, Role, User


def user_row(user: User) -> Row:
    email, roles, disabled_at = user.email, " ".join(sorted(user.roles)), micros_or_none(user.disabled_at)
    return (
        user.id, user.name, email.address, email.key, user.password_hash, roles,
        micros(user.registered_at), disabled_at, user.version,
    )  # fmt: skip


def user_of(row: Row) -> User:
    key, name, email, _, password_hash, roles, registered_at, disabled_at, version = row
    return User(
        id=key,
        name=name,
        email=Email(email),
        password_hash=password_hash,
        registered_at=moment(registered_at),
        roles=frozenset(map(Role, roles.split())),
        disabled_at=moment_or_none(disabled_at),
        version=version,
    )


def account_row(account: Account) -> Row:
    return (
        account.id, account.owner_id, PLAIN[account.currency], account.balance.amount,
        micros(account.opened_at), int(account.is_default), account.version,
    )  # fmt: skip


def account_of(row: Row) -> Account:
    key, owner_id, code, balance, opened_at, is_default, version = row
    currency = CURRENCY[code]
    return Account(
        id=key,
        owner_id=owner_id,
        currency=currency,
        balance=Money(balance, currency),
        opened_at=moment(opened_at),
        is_default=bool(is_default),
        version=version,
    )


def product_row(product: Product) -> Row:
    price = product.price
    return (
        str(product.sku), product.name, price.amount, PLAIN[price.currency], product.on_hand, product.reserved,
        product.version,
    )  # fmt: skip


def product_of(row: Row) -> Product:
    sku, name, price, currency, on_hand, reserved, version = row
    return Product(
        sku=Sku(sku),
        name=name,
        price=Money(price, CURRENCY[currency]),
        on_hand=on_hand,
        reserved=reserved,
        version=version,
    )


def adjustment_row(adjustment: StockAdjustment) -> Row:
    return adjustment.id, str(adjustment.sku), adjustment.delta, adjustment.reason, micros(adjustment.created_at)


def adjustment_of(row: Row) -> StockAdjustment:
    key, sku, delta, reason, created_at = row
    return StockAdjustment(key, Sku(sku), delta, reason, moment(created_at))


def order_row(order: Order) -> Row:
    return (
        order.id, order.owner_id, PLAIN[order.status], order.total.amount, PLAIN[order.total.currency],
        micros(order.placed_at),
        micros_or_none(order.confirmed_at), micros_or_none(order.fulfilled_at), micros_or_none(order.canceled_at),
        order.version,
    )  # fmt: skip


def line_rows(order: Order) -> Iterable[Row]:
    for position, line in enumerate(order.lines):
        price = line.unit_price
        yield (
            order.id, str(line.sku), position, line.name, int(line.quantity), price.amount, PLAIN[price.currency],
        )  # fmt: skip


def orders_of(rows: Sequence[Row]) -> list[Order]:
    """Each row is an order and one of its lines; the rows of an order come one after another."""
    return [_order_of(list(its)) for _, its in groupby(rows, itemgetter(0))]


def _order_of(rows: list[Row]) -> Order:
    key, owner_id, status, total, currency, placed_at, confirmed_at, fulfilled_at, canceled_at, version = rows[0][:10]
    return Order(
        id=key,
        owner_id=owner_id,
        lines=tuple(_line_of(row[10:]) for row in rows if row[10] is not None),
        total=Money(total, CURRENCY[currency]),
        placed_at=moment(placed_at),
        status=ORDER_STATUS[status],
        confirmed_at=moment_or_none(confirmed_at),
        fulfilled_at=moment_or_none(fulfilled_at),
        canceled_at=moment_or_none(canceled_at),
        version=version,
    )


def _line_of(row: Row) -> OrderLine:
    sku, _, name, quantity, unit_price, currency = row
    return OrderLine(Sku(sku), name, Quantity(quantity), Money(unit_price, CURRENCY[currency]))


def payment_row(payment: Payment) -> Row:
    return (
        payment.id, payment.owner_id, PLAIN[payment.method], payment.amount.amount, PLAIN[payment.amount.currency],
        micros(payment.created_at), payment.order_id, payment.account_id, PLAIN[payment.status], payment.token,
        micros_or_none(payment.lease_until), payment.attempts, int(payment.announced), payment.decline_code,
        payment.key_id, payment.version,
    )  # fmt: skip


def payment_of(row: Row) -> Payment:
    (
        key, owner_id, method, amount, currency, created_at, order_id, account_id, status, token,
        lease_until, attempts, announced, decline_code, key_id, version,
    ) = row  # fmt: skip
    return Payment(
        id=key,
        owner_id=owner_id,
        method=METHOD[method],
        amount=Money(amount, CURRENCY[currency]),
        created_at=moment(created_at),
        order_id=order_id,
        account_id=account_id,
        status=PAYMENT_STATUS[status],
        token=token,
        lease_until=moment_or_none(lease_until),
        attempts=attempts,
        announced=bool(announced),
        decline_code=decline_code,
        key_id=key_id,
        version=version,
    )


def entry_row(entry: Entry) -> Row:
    amount, balance = entry.amount, entry.balance_after
    return (
        entry.id, entry.transfer_id, entry.account_id, entry.system_account and PLAIN[entry.system_account],
        amount.amount, PLAIN[amount.currency], None if balance is None else balance.amount, PLAIN[entry.kind],
        entry.order_id, micros(entry.created_at),
    )  # fmt: skip


def entry_of(row: Row) -> Entry:
    key, transfer_id, account_id, system_account, amount, code, balance, kind, order_id, created_at = row
    currency = CURRENCY[code]
    return Entry(
        id=key,
        transfer_id=transfer_id,
        account_id=account_id,
        system_account=None if system_account is None else SYSTEM_ACCOUNT[system_account],
        amount=Money(amount, currency),
        balance_after=None if balance is None else Money(balance, currency),
        kind=TRANSFER_KIND[kind],
        order_id=order_id,
        created_at=moment(created_at),
    )
