"""What may become of a key at the sandbox: steps from what is known of it to what is known then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from service_layer.ports.errors import GatewayRefused
from service_layer.ports.gateway import Charge, ChargeStatus


@dataclass(frozen=True, slots=True)
class Entry:
    """A charge, and the fingerprint of the token it was first asked with."""

    charge: Charge
    fingerprint: bytes

    @property
    def first_answer(self) -> Charge:
        """What the first `authorize` heard, and so every repeat, whatever became of the charge since."""
        status = ChargeStatus.DECLINED if self.charge.decline_code else ChargeStatus.AUTHORIZED
        return replace(self.charge, status=status)

    def becomes(self, status: ChargeStatus, decline_code: str | None = None) -> Entry:
        return replace(self, charge=replace(self.charge, status=status, decline_code=decline_code))


@dataclass(frozen=True, slots=True)
class Spent:
    """A key that was given up before it was ever used."""


Known: TypeAlias = Entry | Spent | None
Found = TypeVar("Found", bound=Known)


def take(step: Callable[[Known], Found], key: str, records: dict[str, Known]) -> Found:
    """Takes the step on one of the records. A charge keeps its place among them, so that they stay oldest first."""
    known = records.get(key)
    found = step(known)
    if found is not known:
        if not isinstance(known, Entry):
            records.pop(key, None)
        records[key] = found
    return found


def authorize(asked: Entry, known: Known) -> Entry:
    """The first request for a key is recorded; a repeat finds what is there, if it is a true repeat."""
    if known is None:
        return asked
    if isinstance(known, Spent):
        return asked.becomes(ChargeStatus.DECLINED, "voided")
    if (known.fingerprint, known.charge.amount) != (asked.fingerprint, asked.charge.amount):
        raise GatewayRefused("This key was used before, for another amount or another card.")
    return known


def capture(known: Known) -> Entry:
    return _move(known, ChargeStatus.AUTHORIZED, ChargeStatus.CAPTURED)


def refund(known: Known) -> Entry:
    return _move(known, ChargeStatus.CAPTURED, ChargeStatus.REFUNDED)


def void(known: Known) -> Entry | Spent:
    """A key that holds no money has nothing to give up; one never seen before is spent."""
    if known is None:
        return Spent()
    if isinstance(known, Spent) or known.charge.status is ChargeStatus.DECLINED:
        return known
    return _move(known, ChargeStatus.AUTHORIZED, ChargeStatus.VOIDED)


def look(known: Known) -> Known:
    return known


def _move(known: Known, source: ChargeStatus, target: ChargeStatus) -> Entry:
    if isinstance(known, Entry):
        if known.charge.status is target:
            return known
        if known.charge.status is source:
            return known.becomes(target)
    raise GatewayRefused(f"Only what is {source} can become {target}.")
