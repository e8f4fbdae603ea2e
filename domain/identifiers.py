"""Opaque keys, told apart by type."""

from typing import NewType

UserId = NewType("UserId", str)
AccountId = NewType("AccountId", str)
OrderId = NewType("OrderId", str)
PaymentId = NewType("PaymentId", str)
TransferId = NewType("TransferId", str)
EntryId = NewType("EntryId", str)
AdjustmentId = NewType("AdjustmentId", str)
