"""A specimen of everything that is stored, with the values that are easily lost: none, the largest, all of Unicode."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from domain.accounts import Account, Entry, SystemAccount, TransferKind
from domain.catalog import HIGHEST_PRICE, MOST_IN_STOCK, Product, Quantity, Sku, StockAdjustment
from domain.identifiers import AccountId, AdjustmentId, EntryId, OrderId, PaymentId, TransferId, UserId
from domain.money import LARGEST_AMOUNT, Currency, Money
from domain.orders import Order, OrderLine, OrderStatus
from domain.payments import Payment, PaymentMethod, PaymentStatus
from domain.users import Email, Role, User
from service_layer.records import AttemptRecord, KeyRecord, Message, SessionRecord

EUR: Final = Currency("EUR")
JPY: Final = Currency("JPY")
NOON: Final = datetime(2026, 1, 5, 12, 0, 0, 123456, tzinfo=UTC)
LONG_AGO: Final = datetime(1969, 7, 20, 20, 17, 40, 1, tzinfo=UTC)
FAR_OFF: Final = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
ELSEWHERE: Final = NOON.astimezone(timezone(timedelta(hours=-9, minutes=-30)))
ANY_TEXT: Final = "ü ß 漢字 🦄 é \"'`\\ %s %(x)s :y ? {1,NULL} \t\r\n\x01\x7f\u2028 NULL null"

ADA, BOB = UserId("user-ada"), UserId("user-bob")
MUG, POT = Sku("mug"), Sku("Pot_1.b-2")
ADAS, BOBS = AccountId("account-ada"), AccountId("account-bob")


def users() -> list[User]:
    roles = frozenset({Role.STAFF})
    return [
        User(id=ADA, name=ANY_TEXT, email=Email("Ada.L@Example.com"), password_hash="-", registered_at=NOON, version=7),  # noqa: S106
        User(id=BOB, name="B", email=Email("ß@x"), password_hash="", registered_at=ELSEWHERE, roles=roles,
             disabled_at=NOON),
    ]  # fmt: skip


def accounts() -> list[Account]:
    return [
        Account(id=ADAS, owner_id=ADA, currency=EUR, balance=Money(0, EUR), opened_at=NOON),
        Account(id=BOBS, owner_id=BOB, currency=JPY, balance=Money(LARGEST_AMOUNT, JPY), opened_at=NOON, version=2**40),
        Account(id=AccountId("more"), owner_id=BOB, currency=EUR, balance=Money(1, EUR), opened_at=FAR_OFF,
                is_default=False),
    ]  # fmt: skip


def products() -> list[Product]:
    return [
        Product(sku=MUG, name=ANY_TEXT, price=Money(1, EUR), on_hand=3, reserved=3),
        Product(sku=POT, name="-", price=Money(HIGHEST_PRICE, JPY), on_hand=MOST_IN_STOCK),
    ]


def adjustments() -> list[StockAdjustment]:
    return [
        StockAdjustment(AdjustmentId("a-1"), MUG, 3, ANY_TEXT, NOON),
        StockAdjustment(AdjustmentId("a-2"), POT, -MOST_IN_STOCK, "", LONG_AGO),
    ]


def orders() -> list[Order]:
    line = OrderLine(POT, ANY_TEXT, Quantity(1), Money(3, EUR))
    lines = (line, OrderLine(MUG, "not in SKU order", Quantity(999), Money(10**12, EUR)))
    total = Money(3 + 999 * 10**12, EUR)
    moments = {"confirmed_at": FAR_OFF, "fulfilled_at": ELSEWHERE}
    return [
        Order(id=OrderId("o-1"), owner_id=ADA, lines=lines, total=total, placed_at=NOON),
        Order(id=OrderId("o-2"), owner_id=ADA, lines=(line,), total=Money(3, EUR), placed_at=NOON,
              status=OrderStatus.FULFILLED, version=3, **moments),
        Order(id=OrderId("o-3"), owner_id=BOB, lines=(line,), total=Money(3, EUR), placed_at=NOON,
              status=OrderStatus.CANCELED, canceled_at=NOON),
    ]  # fmt: skip


def payments() -> list[Payment]:
    card, balance = PaymentMethod.CARD, PaymentMethod.BALANCE
    return [
        Payment(id=PaymentId("p-1"), owner_id=ADA, method=card, amount=Money(0, EUR), created_at=NOON,
                order_id=OrderId("o-1"), token=ANY_TEXT, lease_until=NOON, attempts=2, announced=True,
                key_id=f"{ADA} POST /orders/ {ANY_TEXT}"),
        Payment(id=PaymentId("p-2"), owner_id=ADA, method=balance, amount=Money(LARGEST_AMOUNT, JPY), created_at=NOON,
                order_id=OrderId("o-2"), status=PaymentStatus.CAPTURED),
        Payment(id=PaymentId("p-3"), owner_id=BOB, method=card, amount=Money(1, EUR), created_at=NOON,
                order_id=OrderId("gone"), status=PaymentStatus.DECLINED, decline_code="no_funds"),
        Payment(id=PaymentId("p-4"), owner_id=BOB, method=card, amount=Money(1, EUR), created_at=NOON, account_id=BOBS,
                status=PaymentStatus.REVIEW, version=9),
    ]  # fmt: skip


def entries() -> list[Entry]:
    transfer = TransferId("t-1")
    return [
        Entry(EntryId("t-1-1"), transfer, ADAS, None, Money(-LARGEST_AMOUNT, EUR), Money(0, EUR),
              TransferKind.ORDER, OrderId("o-1"), NOON),
        Entry(EntryId("t-1-2"), transfer, None, SystemAccount.REVENUE, Money(LARGEST_AMOUNT, EUR), None,
              TransferKind.ORDER, OrderId("o-1"), NOON),
        Entry(EntryId("t-2-1"), transfer, None, SystemAccount.CARD_CLEARING, Money(-1, JPY), None, TransferKind.DEPOSIT,
              None, LONG_AGO),
        Entry(EntryId("t-2-2"), transfer, ADAS, None, Money(1, JPY), Money(1, JPY), TransferKind.DEPOSIT, None,
              FAR_OFF),
    ]  # fmt: skip


def keys() -> list[KeyRecord]:
    return [
        KeyRecord(id=f"{ADA} POST /orders/ {ANY_TEXT}", fingerprint="f", expires_at=NOON, payment_id="p-1"),
        KeyRecord(id=f"{ADA} POST /orders/ ", fingerprint="", expires_at=FAR_OFF, answer=ANY_TEXT, version=2),
    ]


def sessions() -> list[SessionRecord]:
    nobody: dict[str, Any] = {"user_id": None, "roles": "", "authenticated_at": None, "last_order_id": None}
    ada: dict[str, Any] = {"user_id": ADA, "roles": "staff", "authenticated_at": NOON, "last_order_id": "o-1"}
    times: dict[str, Any] = {"created_at": NOON, "last_seen_at": NOON, "expires_at": NOON + timedelta(microseconds=1)}
    return [
        SessionRecord(key="k-1", handle="h-1", preferences="{}", user_agent="", ip="", **nobody, **times),
        SessionRecord(key="k-2", handle="h-2", preferences=ANY_TEXT * 50, user_agent=ANY_TEXT, ip="::1", **ada,
                      **times),
        SessionRecord(key="k-3", handle="h-3", preferences="", user_agent="", ip="", **ada, **times, version=5),
    ]  # fmt: skip


def attempts() -> list[AttemptRecord]:
    return [
        AttemptRecord(key="a-1", failures="", expires_at=NOON),
        AttemptRecord(key="a-2", failures="1 " * 5000, expires_at=FAR_OFF, version=4),
    ]


def messages() -> list[Message]:
    return [
        Message(id="m-1", name="OrderConfirmed", payload=ANY_TEXT, created_at=NOON, due_at=NOON),
        Message(id="m-2", name="capture", payload="", created_at=LONG_AGO, due_at=ELSEWHERE, attempts=2**31,
                version=2**31),
    ]  # fmt: skip


def message(number: int, due_in: float = 0) -> Message:
    due_at = NOON + timedelta(seconds=due_in)
    return Message(id=f"m-{number:04}", name="E", payload="{}", created_at=NOON, due_at=due_at)


def everything() -> Mapping[str, Sequence[Any]]:
    """By the name of its kind; made anew each time."""
    return {
        "users": users(), "accounts": accounts(), "products": products(), "adjustments": adjustments(),
        "orders": orders(), "payments": payments(), "entries": entries(), "keys": keys(), "sessions": sessions(),
        "attempts": attempts(), "messages": messages(),
    }  # fmt: skip


def state(entity: Any) -> dict[str, tuple[type, object]]:
    """All that an entity is: every attribute's value, and its type. Two addresses are the same only to the letter."""
    values = {name: getattr(entity, name) for name in type(entity).__annotations__}
    return {
        name: (type(value), (value.address, value.key) if isinstance(value, Email) else value)
        for name, value in values.items()
    }


AMENDMENTS: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "users": (
        ADA,
        {"name": "Ada", "password_hash": ANY_TEXT, "roles": frozenset({Role.STAFF}), "disabled_at": FAR_OFF},
    ),
    "accounts": (BOBS, {"balance": Money(0, JPY)}),
    "products": (POT, {"name": ANY_TEXT, "price": Money(2, EUR), "on_hand": 5, "reserved": 5}),
    "orders": ("o-1", {"status": OrderStatus.CONFIRMED, "confirmed_at": ELSEWHERE}),
    "payments": (
        "p-1",
        {"status": PaymentStatus.DECLINED, "token": None, "lease_until": None, "attempts": 3, "decline_code": ANY_TEXT},
    ),
    "keys": (f"{ADA} POST /orders/ {ANY_TEXT}", {"answer": ANY_TEXT, "expires_at": FAR_OFF}),
    "sessions": (
        "k-2",
        {"roles": "", "authenticated_at": None, "last_order_id": None, "preferences": "{}", "last_seen_at": FAR_OFF,
         "expires_at": FAR_OFF},
    ),
    "attempts": ("a-1", {"failures": ANY_TEXT, "expires_at": FAR_OFF}),
    "messages": ("m-1", {"due_at": FAR_OFF, "attempts": 1}),
}  # fmt: skip
"""A key of each kind that changes, and whatever of it may."""
