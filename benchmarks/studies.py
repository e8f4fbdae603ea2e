"""The report's sections on what is looked at once, beside the rounds."""

from statistics import median

from benchmarks.collapse import CROWD, SECONDS, Collapse
from benchmarks.findings import Findings
from benchmarks.growth import PAGE, Growth
from benchmarks.memory import Memory
from benchmarks.tables import table
from benchmarks.targets.peers import Workers


def sections(found: Findings) -> list[str]:
    return [
        *(calibration(title, rates) for title, rates in found.workers.items()),
        *([collapse(found.collapse)] if found.collapse else []),
        *([memories(found.memories)] if found.memories else []),
        *(growth(name, life) for name, life in found.growths.items()),
    ]


def collapse(fallen: Collapse) -> str:
    crowd = fallen.crowd
    afterwards = "it answered again" if fallen.answers_afterwards else "it answered nobody"
    return f"""## The naive service at {CROWD} connections

In {SECONDS:g} s it answered {crowd.answered_in_all} orders and left {crowd.unanswered} of {CROWD} clients waiting; once
all of them had gone, {afterwards}. Its pool has 15 connections; whoever needs another one waits for it on the event
loop, which every teardown needs that would give one back.
"""


def calibration(title: str, rates: dict[Workers, float]) -> str:
    fastest = max(rates, key=lambda workers: rates[workers])
    rows = [[f"**{each}**" if each == fastest else str(each), f"{found:,.0f}"] for each, found in rates.items()]
    return f"## Workers of {title}\n\n" + table(["gunicorn", "balance orders a second, 32 connections"], rows)


def memories(held: dict[str, Memory]) -> str:
    rows = [[name, after(each.few, each.of_few), after(each.many, each.of_many)] for name, each in held.items()]
    return "## Memory of the server\n\n" + table(["", "few", "many"], rows)


def after(orders: int, memory: int) -> str:
    return f"{memory / 1e6:,.0f} MB after {orders:,} orders"


def growth(name: str, life: Growth) -> str:
    young, old = (f"{median(each.rate for each in rounds):,.0f}" for rounds in (life.young, life.old))
    pages = f"first and last page of {PAGE} orders, of a buyer's {life.orders_of_one:,}, ms"
    rows = [
        ["balance orders a second, 32 connections", young, old],
        [pages, f"{life.first_page:.2f}", f"{life.last_page:.2f}"],
    ]
    return f"## Growing to {life.orders:,} orders: {name}\n\n" + table(["", "young, first", "old, last"], rows)
