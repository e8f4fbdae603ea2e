"""The databases themselves: pgbench and a bare `sqlite3` loop, with the rows and the durability of an order."""

import json
import re
import subprocess
import sys
from math import ceil
from pathlib import Path
from statistics import median

from benchmarks import shop
from benchmarks.cases import Case
from benchmarks.load import percentile
from benchmarks.measurement import Measurement
from benchmarks.processes import ROOT
from benchmarks.storage import Postgres
from benchmarks.targets.target import Place, Target

SCRIPTS = Path(__file__).parent.parent / "limits"


class Pgbench(Target):
    """One script, as many clients as the case has connections."""

    database = "PostgreSQL"

    def __init__(self, place: Place, script: str, name: str, title: str, cases: frozenset[str]) -> None:
        self.name = name
        self.cases = cases
        self.title = title
        self.script = SCRIPTS / script
        self.server = place.postgres
        self.storage = Postgres(place.folder / name, place.postgres, name.replace("-", "_"))

    def prepare(self) -> None:
        self.storage.create()
        for file in ("schema.sql", "order_function.sql"):
            self.server.sql((SCRIPTS / file).read_text(), self.storage.name)
        numbers = {
            "buyers": shop.BUYERS,
            "products": shop.PRODUCTS,
            "balance": shop.BALANCE,
            "stock": shop.STOCK,
            "history": shop.HISTORY,
        }
        variables = "".join(f"\\set {name} {value}\n" for name, value in numbers.items())
        self.server.sql(variables + (SCRIPTS / "seed.sql").read_text(), self.storage.name)
        self.storage.keep()

    def start(self) -> None:
        self.storage.restore()

    def measure(self, case: Case, seconds: float, warmup: float) -> Measurement:
        self.run(case, warmup)
        return Measurement(rate=self.run(case, seconds))

    def run(self, case: Case, seconds: float) -> float:
        """Transactions a second, without the time to connect."""
        numbers = {
            "connections": case.connections,
            "hot": int(case.hot),
            "buyers": shop.BUYERS,
            "products": shop.PRODUCTS,
        }
        variables = [word for name, value in numbers.items() for word in ("-D", f"{name}={value}")]
        clients = ["-c", str(case.connections), "-j", str(min(2, case.connections)), "-T", str(ceil(seconds))]
        arguments = ["-n", "-M", "prepared", *clients, *variables, "-f", str(self.script)]
        command = self.server.command("pgbench", *arguments, database=self.storage.name)
        done = subprocess.run(command, check=True, text=True, capture_output=True, env=self.server.environment)
        found = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
        if found is None:
            raise ValueError(f"pgbench reported no rate: {done.stdout}")
        return float(found[1])

    def stop(self) -> None:
        """Nothing runs between measurements."""


def pgbench_by_statements(place: Place) -> Pgbench:
    title = "limit: pgbench, statement by statement"
    return Pgbench(place, "order_by_statements.sql", "pgbench-statements", title, frozenset({"balance-32"}))


def pgbench_in_one(place: Place) -> Pgbench:
    title = "limit: pgbench, one statement"
    return Pgbench(place, "order_in_one.sql", "pgbench-one", title, frozenset({"balance-32", "hot-32"}))


class SqliteLoop(Target):
    """One connection in one process, whatever the case: SQLite has one writer."""

    name = "sqlite-loop"
    title = "limit: bare sqlite3 loop"
    database = "SQLite"
    cases = frozenset({"balance-1"})

    def __init__(self, place: Place) -> None:
        self.folder = place.folder / self.name
        self.file = self.folder / "shop.db"

    def prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        for file in self.folder.glob("shop.db*"):
            file.unlink()
        self.call("seed", str(self.file))

    def measure(self, case: Case, seconds: float, warmup: float) -> Measurement:
        self.call("loop", str(self.file), str(warmup))
        times = json.loads(self.call("loop", str(self.file), str(seconds)))
        orders = sorted(times["orders"])
        return Measurement(
            rate=len(orders) / sum(orders),
            p50=percentile(orders, 0.5),
            p99=percentile(orders, 0.99),
            commit_p50=median(times["commits"]) * 1e3,
        )

    def call(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "benchmarks.limits.sqlite_loop", *arguments]
        return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, cwd=ROOT).stdout

    def stop(self) -> None:
        """Nothing runs between measurements."""
