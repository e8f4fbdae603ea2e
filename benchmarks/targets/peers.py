"""The peers, each filled by its own `seed` module and served as its documentation recommends."""

import json
import subprocess
from dataclasses import dataclass

from benchmarks.jobs import Visitor
from benchmarks.processes import ROOT, Served, serve
from benchmarks.targets.target import DATABASES, HttpTarget, Place


class Peer(HttpTarget):
    """A service under `benchmarks.peers`, in the peers' own environment."""

    module: str

    @property
    def database_url(self) -> str:
        """With the driver named, as SQLAlchemy wants it."""
        return self.storage.url.replace("postgresql://", "postgresql+psycopg://")

    def seed(self) -> list[Visitor]:
        command = [str(self.place.python), "-m", f"benchmarks.peers.{self.module}.seed"]
        environment = {**self.place.postgres.environment, "DATABASE_URL": self.database_url}
        return json.loads(subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE).stdout)

    def start_with(self, port: int, *command: str) -> Served:
        served = serve(
            [str(self.place.python), "-m", *command],
            self.storage.folder / "server.log",
            {"DATABASE_URL": self.database_url},
        )
        served.wait_for(port, "/products/")
        return served

    def uvicorn(self, port: int) -> Served:
        application = f"benchmarks.peers.{self.module}.main:app"
        fast = ("--loop", "uvloop", "--http", "httptools")
        return self.start_with(
            port, "uvicorn", application, "--port", str(port), *fast, "--no-access-log", "--log-level", "warning"
        )


class Floor(Peer):
    """What FastAPI and uvicorn cost when a route does nothing."""

    name = "floor"
    title = "floor: FastAPI doing nothing"
    database = "none"
    module = "floor"
    cases = frozenset({"balance-32", "read-order-32"})

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.storage = place.storage("sqlite", self.name)

    def seed(self) -> list[Visitor]:
        return [{"Cookie": f"session={'x' * 86}"}] * 1_000

    def serve(self, port: int) -> Served:
        return self.uvicorn(port)

    def orders(self) -> int:
        """It keeps none, and promises none."""
        return self.confirmed


class Naive(Peer):
    """FastAPI with an ORM session for each request; it answers nobody once more than its pool's 15 come at once."""

    module = "naive"
    cases = frozenset({"balance-1", "balance-8"})

    def __init__(self, place: Place, database: str) -> None:
        super().__init__(place)
        self.name = f"naive-{database}"
        self.database = DATABASES[database]
        self.title = f"naive FastAPI, {self.database}"
        self.storage = place.storage(database, self.name)

    def serve(self, port: int) -> Served:
        return self.uvicorn(port)


@dataclass(frozen=True)
class Workers:
    """How gunicorn runs an application."""

    processes: int
    threads: int = 1

    def __str__(self) -> str:
        return f"{self.processes} workers" + (f" of {self.threads} threads" if self.threads > 1 else "")


class Gunicorn(Peer):
    """A WSGI application on PostgreSQL; `workers` is what the calibration found best."""

    application: str
    database = "PostgreSQL"
    cases = frozenset({"balance-8", "balance-32"})
    workers = Workers(3)

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.storage = place.storage("postgresql", self.name)

    def serve(self, port: int) -> Served:
        kind = ("-k", "gthread", "--threads", str(self.workers.threads)) if self.workers.threads > 1 else ("-k", "sync")
        address = ("-b", f"127.0.0.1:{port}", "--log-level", "warning")
        application = f"benchmarks.peers.{self.module}.{self.application}"
        return self.start_with(port, "gunicorn", application, "-w", str(self.workers.processes), *kind, *address)


class Django(Gunicorn):
    name = "django"
    title = "Django + DRF, PostgreSQL"
    module = "django_shop"
    application = "wsgi:application"


class Flask(Gunicorn):
    name = "flask"
    title = "Flask + Flask-Session, PostgreSQL"
    module = "flask_shop"
    application = "app:app"
