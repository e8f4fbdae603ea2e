"""Shows that the naive service stops: more requests at once than its pool has connections, and nobody is answered."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.cases import Case
from benchmarks.jobs import Visitor, order_job, put_on
from benchmarks.load import Outcome
from benchmarks.postgres import free_port
from benchmarks.processes import ROOT, answers, serve

MODULE = "benchmarks.peers.naive"
CROWD = 32
SECONDS = 10
POOL = 5 + 10
"""SQLAlchemy's default: five connections, and ten more at need."""


@dataclass(frozen=True)
class Collapse:
    """What came of the crowd, and whether anybody was answered once all of it had gone."""

    crowd: Outcome
    answers_afterwards: bool


def crowd(port: int, visitors: list[Visitor], connections: int, seconds: float, python: Path) -> Outcome:
    """So many ask at once, each again as soon as it is answered; after `seconds` nobody waits any longer."""
    case = Case(name="crowd", title="everybody at once", kind="balance", connections=connections)
    return put_on(replace(order_job(case, port, visitors, seconds, warmup=0), grace=0), python)


def naive_collapse(folder: Path, *, connections: int, seconds: float, python: Path = Path(sys.executable)) -> Collapse:
    """The naive service, fresh, on SQLite in `folder`, under a crowd."""
    environment = {"DATABASE_URL": f"sqlite:///{folder}/naive.db"}
    seeded = subprocess.run(
        [str(python), "-m", f"{MODULE}.seed"],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.PIPE,
    )
    port = free_port()
    command = [str(python), "-m", "uvicorn", f"{MODULE}.main:app", "--port", str(port), "--log-level", "warning"]
    served = serve(command, folder / "naive.log", environment)
    try:
        served.wait_for(port, "/products/")
        under_way = crowd(port, json.loads(seeded.stdout), connections, seconds, python)
        return Collapse(under_way, answers(port, "/products/"))
    finally:
        served.process.kill()
        served.process.wait()
