"""Afterwards: what the customers were told, what the service says now, and what the gateway holds, are the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from tests.harness.client import BALANCE, Json, Staff, keyed
from tests.harness.crowd import eventually
from tests.torture.kill9.customers import Customer, Wish


class Reckoning:
    """Each check is an assertion; together they leave no room for anything lost or doubled."""

    def __init__(self, staff: Staff, customers: Sequence[Customer], sku: str, on_hand: int) -> None:
        self._staff = staff
        self._customers = customers
        self._sku = sku
        self._on_hand = on_hand
        self._granted = [wish for customer in customers for wish in customer.wishes if wish.granted]
        self._canceled = {_id(wish) for wish in self._granted if wish.kind == "cancel"}
        self._bought = {
            _id(wish): wish for wish in self._granted if wish.kind == "order" and _id(wish) not in self._canceled
        }

    def check(self) -> None:
        surprises = [surprise for customer in self._customers for surprise in customer.surprises]
        assert not surprises, "\n".join(surprises)
        eventually(self._nothing_is_under_way, within=60)
        assert self._staff.violations() == []
        self._charges_are_orders()
        self._orders_are_answers()
        self._balances_are_sums()
        self._stock_is_what_was_not_sold()
        self._answers_are_kept()

    def _nothing_is_under_way(self) -> bool:
        """Every capture, void and refund is done."""
        self._staff.reconcile()
        return not [charge for charge in self._staff.charges() if charge["status"] == "authorized"]

    def _charges_are_orders(self) -> None:
        """What was captured is what was bought by card, and paid in, to the cent and one by one."""
        charges = [charge for charge in self._staff.charges() if charge["status"] == "captured"]
        orders = Counter(_total(wish) for wish in self._bought.values() if not _from_balance(wish))
        deposits = Counter(_total(wish) for wish in self._granted if wish.kind == "deposit")
        assert Counter(_cents(charge["amount"]) for charge in charges) == orders + deposits

    def _orders_are_answers(self) -> None:
        """Every order that was acknowledged is there, and no other but what was canceled."""
        for customer in self._customers:
            orders = {order["id"]: order["status"] for order in _orders_of(customer)}
            acknowledged = {_id(wish) for wish in customer.wishes if wish.granted and wish.kind == "order"}
            assert acknowledged <= orders.keys()
            there = {order for order, status in orders.items() if status != "canceled"}
            assert there == acknowledged - self._canceled

    def _balances_are_sums(self) -> None:
        expected: Counter[str] = Counter()
        for customer in self._customers:
            for wish in customer.wishes:
                if wish.granted and wish.kind == "deposit":
                    expected[customer.shopper.account] += _total(wish)
                elif wish.granted and wish.kind == "transfer" and wish.body:
                    expected[customer.shopper.account] -= _total(wish)
                    expected[wish.body["to_account"]] += _total(wish)
                elif wish.granted and wish.kind == "order" and _id(wish) in self._bought and _from_balance(wish):
                    expected[customer.shopper.account] -= _total(wish)
        found = {customer.shopper.account: customer.shopper.balance() for customer in self._customers}
        assert found == {account: expected[account] for account in found}

    def _stock_is_what_was_not_sold(self) -> None:
        sold = sum(item["quantity"] for wish in self._bought.values() for item in (wish.body or {})["items"])
        assert self._staff.available(self._sku) == self._on_hand - sold

    def _answers_are_kept(self) -> None:
        """Whoever asks again gets the same answer, word for word."""
        for customer in self._customers:
            for wish in customer.wishes:
                if wish.key is not None:
                    again = customer.shopper.post(wish.path, json=wish.body, headers=keyed(wish.key))
                    body = {name: value for name, value in again.json().items() if name != "request_id"}
                    assert (again.status_code, body) == (wish.status, wish.answer), wish
                    assert again.headers["idempotent-replayed"] == "true"


def _orders_of(customer: Customer) -> Iterator[Json]:
    after: dict[str, str] = {}
    while True:
        page = customer.shopper.get("/orders/", params={"limit": 100, **after}).raise_for_status().json()
        yield from page["data"]
        if not page["has_more"]:
            return
        after = {"starting_after": page["data"][-1]["id"]}


def _id(wish: Wish) -> str:
    return str((wish.answer or {})["id"])


def _total(wish: Wish) -> int:
    answer = wish.answer or {}
    return _cents(answer["total"] if wish.kind == "order" else answer["amount"])


def _from_balance(wish: Wish) -> bool:
    return (wish.body or {})["payment"] == BALANCE


def _cents(amount: Json | int) -> int:
    return amount if isinstance(amount, int) else int(amount["amount"])
