"""From a case and the visitors of a target to the generator's job, and from its outcome to a measurement."""

import json
import random
import secrets
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import shop
from benchmarks.cases import Case
from benchmarks.load import Job, Outcome
from benchmarks.measurement import Measurement
from benchmarks.processes import ROOT, Served
from benchmarks.wrk import installed_wrk

Visitor = dict[str, str]
"""The headers by which a target knows a buyer."""

PAYMENTS: dict[str, Any] = {"balance": {"method": "balance"}, "card": {"method": "card", "token": "pm_card_visa"}}


def order_body(kind: str, number: int) -> dict[str, Any]:
    """One line, one piece."""
    return {"items": [{"sku": shop.sku(number), "quantity": 1}], "payment": PAYMENTS[kind]}


def order_bodies(kind: str, *, hot: bool = False) -> list[str]:
    """All of one length; every product once, in an order that is the same each time."""
    always_the_same = random.Random(1)  # noqa: S311 (no secret)
    numbers = [0] if hot else always_the_same.sample(range(shop.PRODUCTS), shop.PRODUCTS)
    return [json.dumps(order_body(kind, number), separators=(",", ":")) for number in numbers]


def opening(method: str, path: str, port: int, headers: dict[str, str]) -> str:
    """A request's head, without the empty line that ends it."""
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines) + "\r\n"


def order_job(case: Case, port: int, visitors: list[Visitor], seconds: float, warmup: float) -> Job:
    bodies = order_bodies(case.kind, hot=case.hot)
    common = {"Content-Type": "application/json", "Content-Length": str(len(bodies[0]))}
    label = secrets.token_hex(8)
    openings = [
        opening("POST", "/orders/", port, {**each, **common}) + f'Idempotency-Key: "{label}-' for each in visitors
    ]
    return Job(
        port=port,
        connections=case.connections,
        seconds=seconds,
        warmup=warmup,
        rate=case.rate,
        openings=openings,
        bodies=bodies,
    )


def reading_job(case: Case, port: int, pages: list[tuple[str, Visitor]], seconds: float, warmup: float) -> Job:
    """`pages` are paths and who asks for them."""
    openings = [opening("GET", path, port, visitor) + "\r\n" for path, visitor in pages]
    return Job(port=port, connections=case.connections, seconds=seconds, warmup=warmup, openings=openings)


def put_on(job: Job, python: Path) -> Outcome:
    """Runs the bundled generator in a process of its own, in the environment that has uvloop."""
    command = [str(python), "-m", "benchmarks.load"]
    limit = job.warmup + job.seconds + 60
    done = subprocess.run(
        command, input=json.dumps(asdict(job)), text=True, check=True, stdout=subprocess.PIPE, cwd=ROOT, timeout=limit
    )
    return Outcome(**json.loads(done.stdout))


def measure(job: Job, python: Path, served: Served) -> tuple[Measurement, Outcome]:
    """By `wrk` where it is installed, unless a rate is to be offered, which it cannot.

    The server's processor time is of all it answered, the warm-up's included.
    """
    wrk = installed_wrk() if job.rate is None else None
    before = served.cpu_seconds()
    outcome = wrk.put_on(job) if wrk else put_on(job, python)
    spent = served.cpu_seconds() - before
    measurement = Measurement(
        rate=outcome.rate,
        p50=outcome.p50,
        p99=outcome.p99,
        server_cpu=spent / outcome.answered_in_all * 1e6 if outcome.answered_in_all else None,
        generator_cpu=outcome.generator_microseconds if outcome.answered else None,
        generator_share=outcome.generator_cpu,
        trouble=trouble(outcome),
    )
    return measurement, outcome


def trouble(outcome: Outcome) -> str:
    counted = {"refused": outcome.refused, "broken off": outcome.broken, "unanswered": outcome.unanswered}
    return ", ".join(f"{number} {what}" for what, number in counted.items() if number)
