"""What is kept with a key comes back as it was said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import errors
from domain.catalog import Quantity, Sku
from domain.errors import DomainError
from domain.identifiers import AccountId, OrderId, PaymentId, TransferId, UserId
from domain.money import LARGEST_AMOUNT, Currency, Money
from domain.orders import OrderLine, OrderStatus
from domain.payments import PaymentMethod, PaymentStatus
from service_layer.receipts import DepositReceipt, OrderReceipt, TransferReceipt, decode, encode, is_pending

MOMENTS = st.datetimes(timezones=st.just(UTC))
MONEY = st.builds(Money, st.integers(0, LARGEST_AMOUNT), st.sampled_from(["EUR", "JPY", "KWD"]).map(Currency))
TEXT = st.text()
LINES = st.builds(
    OrderLine,
    st.just(Sku("mug")),
    TEXT,
    st.integers(1, 999).map(Quantity),
    st.integers(0, 10**12).map(lambda amount: Money(amount, Currency("EUR"))),
)
ORDERS = st.builds(
    OrderReceipt,
    id=TEXT.map(OrderId),
    owner_id=TEXT.map(UserId),
    status=st.sampled_from(OrderStatus),
    total=st.integers(0, LARGEST_AMOUNT).map(lambda amount: Money(amount, Currency("EUR"))),
    lines=st.lists(LINES, max_size=3).map(tuple),
    method=st.sampled_from(PaymentMethod),
    payment_status=st.sampled_from(PaymentStatus),
    created_at=MOMENTS,
    tag=TEXT,
)
TRANSFERS = st.builds(
    TransferReceipt,
    id=TEXT.map(TransferId),
    source=TEXT.map(AccountId),
    target=TEXT.map(AccountId),
    amount=MONEY,
    created_at=MOMENTS,
)
DEPOSITS = st.builds(
    DepositReceipt,
    id=TEXT.map(PaymentId),
    account_id=TEXT.map(AccountId),
    amount=MONEY,
    status=st.sampled_from(["posted", "pending"]),
    created_at=MOMENTS,
)
REFUSALS = [
    errors.NotFound("account"),
    errors.UnknownSku("mug"),
    errors.InsufficientStock("mug", 3),
    errors.InsufficientFunds(),
    errors.CurrencyMismatch("EUR", "JPY"),
    errors.OutOfRange("an amount", 5),
    errors.SameAccount(),
    errors.PriceChanged(1200, "EUR"),
    errors.CardDeclined("generic_decline"),
    errors.InvalidTransition("canceled", "confirmed"),
]


@given(st.one_of(ORDERS, TRANSFERS, DEPOSITS))
def test_a_receipt_comes_back_as_it_was(receipt):
    assert decode(encode(receipt)) == receipt


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_a_refusal_comes_back_with_its_code_words_and_facts(refusal: DomainError):
    again = decode(encode(refusal))

    assert type(again) is type(refusal) and isinstance(again, DomainError)
    assert (again.code, again.detail, again.members, str(again)) == (
        refusal.code,
        refusal.detail,
        refusal.members,
        str(refusal),
    )


@pytest.mark.parametrize(("status", "pending"), [("pending", True), ("posted", False)])
def test_only_what_the_gateway_has_yet_to_decide_is_pending(status: str, pending: bool):
    at, amount = datetime(2026, 1, 5, tzinfo=UTC), Money(1, Currency("EUR"))

    assert (
        is_pending(
            DepositReceipt(id=PaymentId("p"), account_id=AccountId("a"), amount=amount, status=status, created_at=at)
        )
        is pending
    )
    assert not is_pending(
        TransferReceipt(id=TransferId("t"), source=AccountId("a"), target=AccountId("b"), amount=amount, created_at=at)
    )
