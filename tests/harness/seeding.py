"""Many customers at once: put into the database as if they had signed up and logged in, in one unit of work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from adapters.cookies.signed import SignedCookies
from adapters.sql.store import SqlStore
from adapters.system.ids import Uuid7Ids
from domain.accounts import Account, Movement, SystemAccount, TransferKind, move
from domain.identifiers import AccountId, TransferId, UserId
from domain.users import Email, User
from service_layer.records import SessionRecord
from service_layer.session import Lifetime
from service_layer.session_participant import key_of_secret
from service_layer.unit_of_work import UnitOfWork
from tests.kit.asking import EUR, eur
from tests.kit.shop import Shop

SECRET: Final = "the-session-secret-of-the-test-suite-0123456789"  # noqa: S105 (for servers of the tests only)
SEAL: Final = SignedCookies("session", [SECRET], "session sql")  # as a server in development seals


@dataclass(frozen=True, slots=True)
class Buyer:
    """`cookie` is the value of the session's, for servers that have `SECRET` for a secret."""

    user: str
    account: str
    cookie: str


def seed(database_url: str, count: int, *, cents: int = 0, goods: Sequence[str] = (), on_hand: int = 0) -> list[Buyer]:
    """So many customers with so much money each, and products at 1.00."""
    store = SqlStore(database_url)
    shop = Shop(store, ids=Uuid7Ids())
    shop.clock.set(datetime.now(UTC))
    for sku in goods:
        shop.product(sku, price=100, on_hand=on_hand)
    with shop.unit() as uow:
        buyers = [_buyer(shop, uow, cents) for _ in range(count)]
        uow.commit()
    store.close()
    return buyers


def _buyer(shop: Shop, uow: UnitOfWork, cents: int) -> Buyer:
    now, user, secret = shop.clock.now(), UserId(shop.ids.new()), shop.ids.secret()
    account = Account.open(AccountId(shop.ids.new()), user, EUR, now)
    email = Email(f"{user}@example.com")
    uow.users.add(User(id=user, name="Ada", email=email, password_hash="not-a-real-hash", registered_at=now))  # noqa: S106
    uow.accounts.add(account)
    if cents:
        why = Movement(TransferId(shop.ids.new()), TransferKind.DEPOSIT, now)
        uow.entries.post(move(SystemAccount.CARD_CLEARING, account, eur(cents), why))
    uow.sessions.add(_session(shop, user, secret, now))
    return Buyer(user, account.id, SEAL.seal(secret))


def _session(shop: Shop, user: UserId, secret: str, now: datetime) -> SessionRecord:
    return SessionRecord(
        key=key_of_secret(secret),
        handle=shop.ids.new(),
        user_id=user,
        roles="",
        authenticated_at=now,
        last_order_id=None,
        preferences="{}",
        created_at=now,
        last_seen_at=now,
        expires_at=Lifetime().end(now, now),
        user_agent="Browser",
        ip="127.0.0.1",
    )
