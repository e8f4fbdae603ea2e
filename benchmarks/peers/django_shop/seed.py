"""Fills the database with the shop and prints the cookies and the CSRF header of each buyer."""

import json
import os
from typing import Any

import django
from django.core.management import call_command
from django.db import connection, transaction

from benchmarks import shop

CSRF = "c" * 32


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.peers.django_shop.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        visitors = sell_to(people())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(json.dumps(visitors))


def people() -> list[Any]:
    from django.contrib.auth.models import User

    from benchmarks.peers.django_shop.models import Account

    users = [User(username=shop.email(n), email=shop.email(n), password=f"!{n}") for n in range(shop.BUYERS)]
    users = User.objects.bulk_create(users)
    Account.objects.bulk_create(Account(user=user, currency=shop.CURRENCY, balance=shop.BALANCE) for user in users)
    return users


def sell_to(users: list[Any]) -> list[dict[str, str]]:
    """The goods, the orders of the past, and everybody logged in."""
    from benchmarks.peers.django_shop.models import (
        Account,
        Entry,
        IdempotencyKey,
        Order,
        OrderLine,
        OutboxEvent,
        Product,
    )

    products = Product.objects.bulk_create(
        Product(sku=shop.sku(n), name=f"Thing {n}", price=shop.price(n), currency=shop.CURRENCY, on_hand=shop.STOCK)
        for n in range(shop.PRODUCTS)
    )
    accounts = {account.user_id: account for account in Account.objects.all()}
    paid = {"status": "confirmed", "currency": shop.CURRENCY, "payment_method": "balance", "payment_status": "captured"}
    orders = Order.objects.bulk_create(
        Order(user=users[n % len(users)], total=100, **paid) for n in range(shop.HISTORY)
    )
    OrderLine.objects.bulk_create(
        OrderLine(order=order, product=products[n % len(products)], name="Thing", quantity=1, unit_price=100)
        for n, order in enumerate(orders)
    )
    Entry.objects.bulk_create(Entry(order=order, account=accounts[order.user_id], amount=-100) for order in orders)
    Entry.objects.bulk_create(Entry(order=order, amount=100) for order in orders)
    OutboxEvent.objects.bulk_create(
        OutboxEvent(kind="OrderConfirmed", payload={"order_id": order.pk}) for order in orders
    )
    IdempotencyKey.objects.bulk_create(
        IdempotencyKey(
            user=order.user, key=f"history-{order.pk}", fingerprint="0" * 64, answer={"order_id": str(order.pk)}
        )
        for order in orders
    )
    return [log_in(user) for user in users]


def log_in(user: Any) -> dict[str, str]:
    """What `django.contrib.auth.login` puts into a session."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {"Cookie": f"sessionid={session.session_key}; csrftoken={CSRF}", "X-CSRFToken": CSRF}


if __name__ == "__main__":
    main()
