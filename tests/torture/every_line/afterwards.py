"""What must be true when somebody has died: at once, and once others have cleared up and the client has asked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from service_layer.commands import CheckLaws, Keyed, SeeSession
from service_layer.handlers.ops import check_laws
from service_layer.handlers.sessions import see_session
from service_layer.idempotency import KeyInProgress
from service_layer.ports.errors import Unavailable
from service_layer.ports.gateway import Charge
from service_layer.receipts import OrderReceipt, encode
from tests.kit import books
from tests.torture.every_line.house import LATER, House, Request
from tests.torture.every_line.scenarios import Cast, Ending, said

ROUNDS: Final = 3
NO_CHARGE: Final = None
POSSIBLE: Mapping[str, set[str | None]] = {
    "authorizing": {NO_CHARGE, "authorized", "declined"},
    "authorized": {"authorized", "captured"},
    "captured": {"captured"},
    "declined": {NO_CHARGE, "declined"},
    "voiding": {NO_CHARGE, "authorized", "voided"},
    "voided": {NO_CHARGE, "voided"},
    "refunding": {"captured", "refunded"},
    "refunded": {"refunded"},
}
"""What the gateway may know of a card payment that stands so with us: above all, no capture before its order."""
UNDER_WAY: Final = {"authorizing", "authorized", "voiding", "refunding"}
LIVE: Final = {"authorized", "captured"}


class Aftermath:
    """The next life of the service, and the client who asks again. Each check is an assertion."""

    def __init__(self, house: House, cast: Cast, requests: Sequence[Request], told: Mapping[int, Any]) -> None:
        self._house = house
        self._cast = cast
        self._requests = requests
        self._told = dict(told)

    async def consistent(self) -> None:
        """The laws hold in what the dead one has left behind, and no money is where no order is."""
        broken = [law for law in await self._house.run_for(None)(check_laws, CheckLaws()) if not law.ok]
        assert not broken, f"laws broken: {broken}"
        charges = {charge.key: charge.status for charge in await self._house.sandbox.charges()}
        by_card = [payment for payment in self._rows("payments") if payment["method"] == "card"]
        for payment in by_card:
            status = charges.pop(payment["id"], None)
            assert status in POSSIBLE[payment["status"]], f"{payment} is {status} at the gateway"
        assert not charges, f"charges of no payment: {charges}"

    async def recovered(self) -> None:
        """Nothing is under way once every lease has run out and the service has gone round."""
        for _ in range(ROUNDS):
            self._house.clock.advance(LATER)
            await self._house.recover()
        waiting = [payment for payment in self._rows("payments") if payment["status"] in UNDER_WAY]
        assert not waiting, f"still under way: {waiting}"
        assert not self._rows("messages"), f"never delivered: {self._rows('messages')}"

    async def ask_at_once(self) -> None:
        """A client that does not wait may hear that the first request is still under way."""
        for number, request in enumerate(self._requests):
            try:
                self._hear(number, await self._house.ask(request))
            except (KeyInProgress, Unavailable):
                continue

    async def ask_again(self) -> None:
        """Each request is answered, as it was before if it was, and its customer's session knows of it."""
        for number, request in enumerate(self._requests):
            outcome = await self._house.ask(request)
            self._hear(number, outcome)
            if said(outcome) == "confirmed":
                session = await self._house.run_for(request.by)(see_session, SeeSession())
                assert session.last_order_id == outcome.id

    async def ended(self, ending: Ending) -> None:
        assert tuple(said(self._told[number]) for number in range(len(self._requests))) == ending.told
        (mugs,) = self._rows("products")
        assert (mugs["on_hand"], mugs["reserved"]) == (ending.mugs, 0)
        balances = {account["id"]: account["balance"].amount for account in self._rows("accounts")}
        assert balances == {self._cast.ada.account: ending.ada, self._cast.bob.account: ending.bob}
        charges: list[Charge] = await self._house.sandbox.charges()
        assert tuple(charge.status for charge in charges if charge.status in LIVE) == ending.charges

    def _hear(self, number: int, outcome: Any) -> None:
        """An answer may become final. A final one never becomes another."""
        before = self._told.get(number)
        self._told[number] = outcome
        if before is None:
            return
        if said(before) == "pending":
            same = not isinstance(outcome, OrderReceipt) or outcome.id == before.id
        elif isinstance(self._requests[number].command, Keyed):
            same = encode(outcome) == encode(before)
        else:
            same = said(outcome) == said(before)
        assert same, f"the client was told {before!r}, and now {outcome!r}"

    def _rows(self, kind: str) -> list[dict[str, Any]]:
        return list(books.read(self._house.store).get(kind, {}).values())
