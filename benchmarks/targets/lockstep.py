"""Our own service: started as anybody starts it, its people and goods brought in through its own HTTP interface."""

import secrets
import sys
from copy import copy
from typing import Any

from benchmarks import shop
from benchmarks.cases import BUSY, CASES
from benchmarks.http_client import Client, together
from benchmarks.jobs import Visitor, order_job, put_on
from benchmarks.past.loading import load_past
from benchmarks.postgres import free_port
from benchmarks.processes import Served, serve
from benchmarks.targets.target import DATABASES, HttpTarget, Place

A_DAY = "86400"
GUESSED_RATE = 5_000
"""Orders a second, so that few are placed beyond what was asked for."""


class Lockstep(HttpTarget):
    """As in production, with every default, but for log-ins without limit and sessions that outlive the benchmark."""

    cases = frozenset(case.name for case in CASES)

    def __init__(self, place: Place, database: str, workers: int = 1) -> None:
        super().__init__(place)
        self.workers = workers
        self.name = f"lockstep-{database}"
        self.database = DATABASES[database]
        self.title = f"Lockstep, {self.database}" + (f", {workers} workers" if workers > 1 else "")
        self.storage = place.storage(database, self.name)
        self.token, self.secret = secrets.token_urlsafe(32), secrets.token_urlsafe(48)

    def beside(self, name: str) -> "Lockstep":
        """A second one with the same people, filled as this one was when it was prepared."""
        other = copy(self)
        other.name = f"{self.name}-{name}"
        other.storage = self.storage.twin(other.name)
        return other

    def serve(self, port: int) -> Served:
        command = ["serve", "--host", "127.0.0.1", "--port", str(port), "--workers", str(self.workers)]
        served = self.lockstep(*command)
        served.wait_for(port, "/readyz")
        return served

    def lockstep(self, *command: str) -> Served:
        environment = {
            "LOCKSTEP_SESSION_SECRETS": self.secret,
            "LOCKSTEP_PAYMENT_GATEWAY": "sandbox",
            "LOCKSTEP_DATA_DIR": str(self.storage.folder),
            "LOCKSTEP_DATABASE_URL": self.storage.url,
            "LOCKSTEP_OPS_TOKEN": self.token,
            "LOCKSTEP_LOGIN_ATTEMPTS": "100000/minute",
            "LOCKSTEP_SESSION_IDLE_SECONDS": A_DAY,
            "LOCKSTEP_SESSION_ABSOLUTE_SECONDS": A_DAY,
        }
        return serve(
            [sys.executable, "-m", "entrypoints.cli", *command], self.storage.folder / "server.log", environment
        )

    def seed(self) -> list[Visitor]:
        """People, goods and money, and then the orders of the past."""
        self.lockstep("migrate").process.wait(60)
        port = free_port()
        served = self.serve(port)
        try:
            client = Client(port)
            together(lambda number: self.stock(client, number), range(shop.PRODUCTS))
            visitors = together(lambda number: join(client, number), range(shop.BUYERS))
        finally:
            served.stop()
        load_past(self.storage, shop.HISTORY)
        return visitors

    def stock(self, client: Client, number: int) -> None:
        product = {
            "sku": shop.sku(number),
            "name": f"Thing {number}",
            "price": money(shop.price(number)),
            "on_hand": shop.STOCK,
        }
        client.send("POST", "/products/", product, {"Authorization": f"Bearer {self.token}"})

    def place_orders(self, number: int) -> None:
        """At least so many orders, by the running service itself."""
        wanted = self.confirmed + number
        while (missing := wanted - self.confirmed) > 0:
            seconds = min(10, max(1, missing / GUESSED_RATE))
            outcome = put_on(order_job(BUSY, self.port, self.visitors, seconds, warmup=0), self.place.python)
            if not outcome.confirmed_in_all:
                raise RuntimeError(f"{self.name} confirms no orders: {outcome.statuses}")
            self.confirmed += outcome.confirmed_in_all


def money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": shop.CURRENCY}


def join(client: Client, number: int) -> Visitor:
    """Signs up, logs in and pays in; the cookie that says so."""
    password = f"a long pass phrase of {number}"
    person = {"name": f"Buyer {number}", "email": shop.email(number), "password": password}
    account = client.send("POST", "/users/", person).body["accounts"][0]["id"]
    cookie = client.send("POST", "/session", {"email": shop.email(number), "password": password}).cookie
    deposit = {"amount": money(shop.BALANCE), "payment": {"method": "card", "token": "pm_card_visa"}}
    visitor = {"Cookie": cookie}
    client.send(
        "POST", f"/accounts/{account}/deposits", deposit, {**visitor, "Idempotency-Key": f'"{secrets.token_hex(16)}"'}
    )
    return visitor
