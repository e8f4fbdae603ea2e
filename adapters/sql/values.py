"""Single values on their way between objects and rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Generic, TypeVar

from domain.accounts import SystemAccount, TransferKind
from domain.money import Currency
from domain.orders import OrderStatus
from domain.payments import PaymentMethod, PaymentStatus

V = TypeVar("V")
Row = tuple[Any, ...]  # what a driver hands out; whoever reads it knows its columns

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=1024)
def micros(moment: datetime) -> int:
    """Since 1970, exact. Most of the rows that a unit writes were made at the same moment."""
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment(micros: int) -> datetime:
    """In UTC, aware."""
    return EPOCH + timedelta(0, 0, micros)


def micros_or_none(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def moment_or_none(at: int | None) -> datetime | None:
    return None if at is None else moment(at)


class Known(dict[str, V], Generic[V]):
    """Each value made once from its text: an enum's member, a currency."""

    def __init__(self, make: Callable[[str], V]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, text: str) -> V:
        self[text] = made = self._make(text)
        return made


PLAIN: Known[str] = Known(str)
"""Members of enums and currencies as drivers like them best: text of the very class `str`, half as dear to bind."""

CURRENCY, ORDER_STATUS, PAYMENT_STATUS = Known(Currency), Known(OrderStatus), Known(PaymentStatus)
METHOD, TRANSFER_KIND, SYSTEM_ACCOUNT = Known(PaymentMethod), Known(TransferKind), Known(SystemAccount)
