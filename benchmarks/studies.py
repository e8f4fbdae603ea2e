"""The report's sections on what is looked at once, beside the rounds."""

from statistics import median

from benchmarks.aging import FEW, MANY, PAGE, OldAge
from benchmarks.load import Outcome
from benchmarks.report import table
from benchmarks.targets.peers import Workers


def collapse(outcome: Outcome, connections: int, seconds: float) -> str:
    return f"""## The naive service at {connections} connections

In {seconds:g} s it answered {outcome.answered_in_all} orders and left {outcome.unanswered} of {connections} clients
waiting. Its pool has 15 connections; whoever needs another one waits for it on the event loop, which every teardown
needs that would give one back.
"""


def calibration(title: str, rates: dict[Workers, float]) -> str:
    fastest = max(rates, key=lambda workers: rates[workers])
    rows = [[f"**{each}**" if each == fastest else str(each), f"{found:,.0f}"] for each, found in rates.items()]
    return f"## Workers of {title}\n\n" + table(["gunicorn", "balance orders a second, 32 connections"], rows)


def aging(title: str, life: OldAge) -> str:
    few, many = (f"{memory / 1e6:,.0f} MB" for memory in (life.memory_of_few, life.memory_of_many))
    young, old = (f"{median(each.rate for each in rounds):,.0f}" for rounds in (life.young, life.old))
    rows = [
        ["balance orders a second, 32 connections", young, old],
        [f"memory after {FEW:,} and {MANY:,} orders", few, many],
        [f"first and last page of {PAGE} orders, ms", f"{life.first_page:.2f}", f"{life.last_page:.2f}"],
    ]
    return f"## Growing old: {title}\n\n" + table(["", "young", f"at {life.orders:,} orders"], rows)
