"""Our own service: started as anybody starts it, and filled through its own HTTP interface."""

import secrets
import sys
from typing import Any

from benchmarks import shop
from benchmarks.cases import CASES, Case
from benchmarks.http_client import Client, together
from benchmarks.jobs import Visitor, order_job, put_on
from benchmarks.postgres import free_port
from benchmarks.processes import Served, serve
from benchmarks.targets.target import DATABASES, HttpTarget, Place

A_DAY = "86400"
FILLING = next(case for case in CASES if case.name == "balance-32")


class Lockstep(HttpTarget):
    """One process with every default, but for log-ins without limit and sessions that outlive the benchmark."""

    def __init__(self, place: Place, database: str, beside: str = "") -> None:
        """`beside` tells it from another one on the same database."""
        super().__init__(place)
        self.name = f"lockstep-{database}{beside}"
        self.database = DATABASES[database]
        self.title = f"Lockstep, {self.database}"
        self.storage = place.storage(database, self.name)
        self.token = secrets.token_urlsafe(32)

    def takes(self, case: Case) -> bool:
        return True

    def serve(self, port: int) -> Served:
        command = [sys.executable, "-m", "entrypoints.cli", "serve", "--host", "127.0.0.1", "--port", str(port)]
        environment = {
            "LOCKSTEP_ENV": "development",
            "LOCKSTEP_DATA_DIR": str(self.storage.folder),
            "LOCKSTEP_DATABASE_URL": self.storage.url,
            "LOCKSTEP_OPS_TOKEN": self.token,
            "LOCKSTEP_LOGIN_ATTEMPTS": "100000/minute",
            "LOCKSTEP_SESSION_IDLE_SECONDS": A_DAY,
            "LOCKSTEP_SESSION_ABSOLUTE_SECONDS": A_DAY,
        }
        served = serve(command, self.storage.folder / "server.log", environment)
        served.wait_for(port, "/readyz")
        return served

    def seed(self) -> list[Visitor]:
        """People, goods, money, and the orders of the past; the database knows its statistics afterwards."""
        port = free_port()
        served = self.serve(port)
        try:
            client = Client(port)
            together(lambda number: self.stock(client, number), range(shop.PRODUCTS))
            visitors = together(lambda number: join(client, number), range(shop.BUYERS))
            self.place_orders(port, visitors, shop.HISTORY)
        finally:
            served.stop()
        self.storage.analyze()
        return visitors

    def stock(self, client: Client, number: int) -> None:
        product = {
            "sku": shop.sku(number),
            "name": f"Thing {number}",
            "price": money(shop.price(number)),
            "on_hand": shop.STOCK,
        }
        client.send("POST", "/products/", product, {"Authorization": f"Bearer {self.token}"})

    def place_orders(self, port: int, visitors: list[Visitor], number: int) -> int:
        """At least so many, by the service itself; how many it confirmed."""
        placed = 0
        while placed < number:
            seconds = 1 if number - placed < 10_000 else 10
            outcome = put_on(order_job(FILLING, port, visitors, seconds, warmup=0), self.place.python)
            if not outcome.confirmed_in_all:
                raise RuntimeError(f"{self.name} confirms no orders: {outcome.statuses}")
            placed += outcome.confirmed_in_all
        return placed


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
