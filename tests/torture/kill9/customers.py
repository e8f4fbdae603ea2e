"""Customers who want this and that, each with a key, and ask for it again until they are told what became of it."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event
from typing import Final

import httpx2

from tests.harness.client import BALANCE, Json, Shopper, card, eur, keyed, unique

PRICE: Final = 100
MOST_OPEN: Final = 8  # wishes of one customer that wait for an answer
ENOUGH: Final = 60.0  # seconds in which a customer must be told, once nobody is killed any more
CARDS: Final = {
    "pm_card_visa": 60,
    "pm_card_chargeDeclined": 12,
    "pm_sandbox_timeout_charged": 14,
    "pm_sandbox_timeout_uncharged": 14,
}
WISHES: Final = {"order by card": 40, "order from the balance": 20, "deposit": 15, "transfer": 15, "cancel": 10}


@dataclass(eq=False)
class Wish:
    """What is asked for, and the final answer once there is one."""

    kind: str
    path: str
    body: Json | None
    key: str | None
    status: int = 0
    answer: Json | None = None

    @property
    def granted(self) -> bool:
        return self.status in {200, 201}


class Customer:
    """Asks for one thing at a time, though several may be open. `surprises` are answers that nobody should get."""

    def __init__(self, base_url: str, sku: str) -> None:
        self.shopper = Shopper(base_url, name="Ada")
        self.friends: Sequence[Customer] = [self]
        self.wishes: list[Wish] = []
        self.surprises: list[str] = []
        self.asked = 0
        self._open: list[Wish] = []
        self._sku = sku

    def live(self, enough: Event) -> None:
        """Wishes for something new, or asks again for what is open, until somebody says that it is enough."""
        self._make("deposit", f"/accounts/{self.shopper.account}/deposits", {"amount": eur(50_000), "payment": card()})
        while not enough.is_set():
            if len(self._open) < random.randint(1, MOST_OPEN):  # noqa: S311 (chance, not a secret)
                self._wish()
            if not self._ask(random.choice(self._open)):  # noqa: S311
                enough.wait(0.02)

    def finish(self) -> None:
        """Asks for what is open until it is answered."""
        deadline = time.monotonic() + ENOUGH
        while self._open:
            assert time.monotonic() < deadline, f"never answered: {self._open}"
            if not self._ask(self._open[0]):
                time.sleep(0.05)

    def _ask(self, wish: Wish) -> bool:
        """Whether it is answered for good."""
        self.asked += 1
        try:
            response = self.shopper.post(wish.path, json=wish.body, headers=keyed(wish.key))
            answer = response.json()
        except (httpx2.TransportError, httpx2.DecodingError):
            return False  # whoever should have answered is dead
        if response.status_code in {202, 503} or answer.get("code") == "idempotency-in-progress":
            return False
        if response.status_code not in {200, 201, 402}:
            self.surprises.append(f"{wish} was answered {response.status_code} {answer}")
        answer.pop("request_id", None)
        wish.status, wish.answer = response.status_code, answer
        self._open.remove(wish)
        return True

    def _wish(self) -> None:
        (kind,) = random.choices(list(WISHES), list(WISHES.values()))  # noqa: S311 (chance, not a secret)
        (token,) = random.choices(list(CARDS), list(CARDS.values()))  # noqa: S311
        items = [{"sku": self._sku, "quantity": random.randint(1, 5)}]  # noqa: S311
        amount = eur(random.randint(1, 100))  # noqa: S311
        mine, friend = self.shopper.account, random.choice(self.friends).shopper.account  # noqa: S311
        orders = self._orders_not_canceled()
        if kind == "cancel" and orders:
            self._make(kind, f"/orders/{random.choice(orders)}/cancel", None, key=False)  # noqa: S311
        elif kind == "deposit":
            self._make(kind, f"/accounts/{mine}/deposits", {"amount": amount, "payment": card(token)})
        elif kind == "transfer" and friend != mine:
            self._make(kind, "/transfers/", {"from_account": mine, "to_account": friend, "amount": amount})
        else:
            pay = BALANCE if kind == "order from the balance" else card(token)
            self._make("order", "/orders/", {"items": items, "payment": pay})

    def _make(self, kind: str, path: str, body: Json | None, *, key: bool = True) -> None:
        wish = Wish(kind, path, body, unique("wish") if key else None)
        self.wishes.append(wish)
        self._open.append(wish)

    def _orders_not_canceled(self) -> list[str]:
        granted = [wish for wish in self.wishes if wish.granted]
        canceled = {wish.answer["id"] for wish in granted if wish.kind == "cancel" and wish.answer}
        orders = [wish.answer["id"] for wish in granted if wish.kind == "order" and wish.answer]
        return [order for order in orders if order not in canceled]
