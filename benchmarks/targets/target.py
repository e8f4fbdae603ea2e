"""What every target offers, and what those that speak HTTP have in common."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cases import Case
from benchmarks.http_client import Client, together
from benchmarks.jobs import Visitor, measure, order_body, order_job, reading_job
from benchmarks.measurement import Measurement
from benchmarks.postgres import Server, free_port
from benchmarks.processes import Served
from benchmarks.storage import Postgres, Sqlite, Storage

READERS = 200
"""Buyers who look at an order of theirs."""


@dataclass(frozen=True)
class Place:
    """Where targets run: a folder on a real disk, the peers' interpreter, and a PostgreSQL server."""

    folder: Path
    python: Path
    postgres: Server

    def storage(self, database: str, name: str) -> Storage:
        folder = self.folder / name
        return Sqlite(folder) if database == "sqlite" else Postgres(folder, self.postgres, name.replace("-", "_"))


DATABASES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
"""By the scheme of a URL."""


class Target(ABC):
    """Prepared once; then, in each round, started, measured in its cases and stopped."""

    name: str
    title: str
    database: str
    """PostgreSQL, SQLite or none: with whom it is compared."""

    cases: frozenset[str]
    """The names of those it is measured in: what a goal needs, and what shows our own shape."""

    def takes(self, case: Case) -> bool:
        return case.name in self.cases

    @abstractmethod
    def prepare(self) -> None: ...

    @abstractmethod
    def start(self) -> None:
        """From the prepared state, whatever was measured before."""

    @abstractmethod
    def measure(self, case: Case, seconds: float, warmup: float) -> Measurement: ...

    @abstractmethod
    def stop(self) -> None: ...


class OrdersLost(Exception):
    """A target confirmed orders that its database does not have."""


class HttpTarget(Target):
    """A service behind a port, filled through `seed` and started through `serve`."""

    storage: Storage
    visitors: list[Visitor]
    served: Served
    port: int

    def __init__(self, place: Place) -> None:
        self.place = place

    @abstractmethod
    def seed(self) -> list[Visitor]:
        """Fills an empty storage and logs everybody in."""

    @abstractmethod
    def serve(self, port: int) -> Served:
        """Starts the service; returns when it is ready."""

    def prepare(self) -> None:
        self.storage.create()
        self.visitors = self.seed()
        self.storage.keep()

    def start(self) -> None:
        self.storage.restore()
        self.start_as_it_is()

    def start_as_it_is(self) -> None:
        """With whatever is in the storage."""
        self.confirmed = 0
        self.ordered_before = self.orders()
        self.port = free_port()
        self.served = self.serve(self.port)

    def measure(self, case: Case, seconds: float, warmup: float) -> Measurement:
        if case.kind in ("balance", "card"):
            job = order_job(case, self.port, self.visitors, seconds, warmup)
        else:
            job = reading_job(case, self.port, self.pages(case), seconds, warmup)
        measurement, outcome = measure(job, self.place.python, self.served)
        if job.bodies:
            self.confirmed += outcome.confirmed_in_all
        return measurement

    def pages(self, case: Case) -> list[tuple[str, Visitor]]:
        if case.kind == "read-products":
            return [("/products/", visitor) for visitor in self.visitors]
        client = Client(self.port)
        body = order_body("balance", 0)

        def order(visitor: Visitor) -> tuple[str, Visitor]:
            return f"/orders/{client.send('POST', '/orders/', body, visitor).body['id']}", visitor

        found = together(order, self.visitors[:READERS])
        self.confirmed += len(found)
        return found

    def orders(self) -> int:
        return self.storage.number("SELECT count(*) FROM orders")

    def stop(self) -> None:
        """Raises `OrdersLost` where the database has fewer orders than were confirmed."""
        self.served.stop()
        if (missing := self.ordered_before + self.confirmed - self.orders()) > 0:
            raise OrdersLost(f"{self.name}: {missing} of {self.confirmed} confirmed orders are not in the database")
