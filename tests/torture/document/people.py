"""Who asks, and the things of theirs that a request may be about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from schemathesis import Case

from tests.harness.client import BALANCE, Client
from tests.harness.shop import Shop


class People:
    """Nobody, a customer and the staff; and what there is of the customer's, by the name that its id has in a path."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._customer, sku = shop.shopper(funds=1_000_000), shop.mug(on_hand=1000)
        order = self._customer.order(sku, pay=BALANCE).raise_for_status().json()["id"]
        self._ids = {
            "order_id": order,
            "account_id": self._customer.account,
            "user_id": self._customer.id,
            "sku": sku,
            "code": "not-found",
        }

    def nobody(self) -> Client:
        return self._shop.visitor()

    def customer(self) -> Client:
        """Let in and logged in again, since the staff may have shut them out, or somebody ended all sessions."""
        self._shop.staff.post(f"/users/{self._customer.id}/enable").raise_for_status()
        self._customer.log_in(self._customer.email, self._customer.password).raise_for_status()
        return self._customer

    def staff(self) -> Client:
        return self._shop.staff

    def put_into(self, case: Case) -> None:
        """Ids of what there is into the path."""
        for name in case.path_parameters.keys() & self._ids.keys():
            case.path_parameters[name] = self._ids[name]


KINDS: Final[tuple[Callable[[People], Client], ...]] = (People.nobody, People.customer, People.staff)
