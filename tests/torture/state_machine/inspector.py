"""Holds what there is against the model: after each unit, rows and session are both old or both new."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from adapters.payments.memory import MemoryGateway
from adapters.system.fixed import FixedClock
from domain.errors import DomainError
from service_layer.commands import Keyed, Query, Settle, Verdict
from service_layer.group import Outcome
from service_layer.idempotency import Answer
from service_layer.ports.errors import OutcomeUnknown, Unavailable
from service_layer.ports.store import Store
from service_layer.receipts import OrderReceipt
from service_layer.runner import Handler
from service_layer.visitor import Visitor
from tests.kit import books
from tests.torture.state_machine.asked import Asked
from tests.torture.state_machine.asked import key_of as key_kept
from tests.torture.state_machine.model import DONE, Model, as_model
from tests.torture.state_machine.settling import DOES, REFUSES
from tests.torture.state_machine.wiring import Crash, Fault

R = TypeVar("R")
PROMISED: Final = ("people", "balances", "goods", "purchases", "kept", "seats")
HELD: Final = {"authorized", "captured"}


@dataclass(eq=False)
class Unit:
    """`by` is the key of the session it came with, `told` what its handler returned last."""

    visitor: Visitor
    handler: Handler[Any]
    command: Any
    by: str | None = None
    told: Any = None


class Inspector:
    """Keeps the model, and fails where the service differs from it."""

    def __init__(self, store: Store, clock: FixedClock, gateway: MemoryGateway) -> None:
        self.model = Model()
        self.books = books.read(store)
        self._store = store
        self._clock = clock
        self._gateway = gateway

    def see(
        self,
        units: Sequence[Unit],
        outcomes: Sequence[Outcome],
        happened: Sequence[int],
        sprung: Sequence[Fault],
        key_of: Callable[[str | None], str | None],
    ) -> None:
        """What became of units that rode together, `happened` being the numbers of those that were committed."""
        before, self.books = self.books, books.read(self._store)
        assert len(set(happened)) == len(happened), f"happened twice: {[units[n].command for n in happened]}"
        if not happened:
            assert self.books == before, f"{units} left a trace"
        seen = as_model(self.books)
        for number, (unit, outcome) in enumerate(zip(units, outcomes, strict=True)):
            asked = Asked(self.model, unit.command, unit.by, unit.visitor.operator, self._clock.now())
            self._expected(asked, outcome, happened=number in happened, sprung=sprung)
            stands_for = unit.by
            if number in happened:
                self._truth(unit)
                now_by = DOES[type(unit.command)](asked.after(seen))
                _told(unit, asked)
                stands_for = now_by if outcome.error is None else unit.by
            assert key_of(unit.visitor.cookie) == stands_for, f"the cookie does not go with {unit.command}"
        assert seen == self.model, _difference(seen, self.model)

    def nothing_happened_since(self, before: Model) -> None:
        """So says an outage; a payment that came to nothing may be told of, and who is at work on which."""
        for part in PROMISED:
            assert getattr(self.model, part) == getattr(before, part), f"an outage, and yet: {part}"

    def laws(self) -> None:
        """All but the one that takes somebody to work on what is left."""
        assert not self.broken() - {"L12"}, f"{self.broken()} of {self.books}"

    def broken(self) -> set[str]:
        transaction = self._store.begin(write=False)
        try:
            return {law for law, count in transaction.laws(self._clock.now()).items() if count}
        finally:
            transaction.rollback()

    def charges(self) -> dict[str, str]:
        """By key, what has become of each at the gateway."""
        return {charge.key: charge.status for charge in _at_once(self._gateway.charges())}

    def _expected(self, asked: Asked, outcome: Outcome, *, happened: bool, sprung: Sequence[Fault]) -> None:
        refusal = REFUSES[type(asked.command)](asked)
        if isinstance(outcome.error, DomainError):
            assert type(outcome.error) is refusal and not happened, (outcome.error, refusal, asked.command)
        elif outcome.error is not None:
            assert sprung and isinstance(outcome.error, (Unavailable, OutcomeUnknown, Crash)), repr(outcome.error)
            assert not happened or isinstance(outcome.error, OutcomeUnknown), (repr(outcome.error), sprung)
        else:
            assert refusal is None and happened is not isinstance(asked.command, Query), (refusal, asked.command)

    def _truth(self, unit: Unit) -> None:
        """What a payment is settled by is what the gateway holds."""
        if not isinstance(unit.command, Settle):
            return
        payment, verdict = self.model.payments[unit.command.payment_id], unit.command.verdict
        first = verdict is Verdict.UNREACHED and payment.attempts == 1  # later it says nothing of those before
        if payment.status == "authorizing" and (first or verdict in (Verdict.AUTHORIZED, Verdict.DECLINED)):
            held = self.charges().get(unit.command.payment_id) in HELD
            assert held == (verdict is Verdict.AUTHORIZED), f"{unit.command}, and {payment}"


def _at_once(answer: Coroutine[Any, Any, R]) -> R:
    """Of a coroutine that waits for nothing."""
    try:
        answer.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("it waits")


def _told(unit: Unit, asked: Asked) -> None:
    """Under a key, what was told is what is kept; of what waits for a person, how it stands."""
    key = key_kept(asked)
    if key is None or not isinstance(unit.command, Keyed) or not isinstance(unit.told, Answer):
        return
    outcome = unit.told.outcome
    word = outcome.id if isinstance(outcome, OrderReceipt) else getattr(outcome, "code", DONE)
    kept = asked.model.kept[key]
    waits = kept.answer is None and asked.model.payments[kept.payment or ""].status == "review"
    assert waits or word == kept.answer, f"{word} was told, and {kept} is kept of {unit.command}"


def _difference(seen: Model, model: Model) -> str:
    return "\n".join(
        f"{name}: there is {there}, and should be {should}"
        for name, should in vars(model).items()
        if (there := getattr(seen, name)) != should and name not in ("fingerprints", "days", "today")
    )
