"""What the service must reach, beside what it is compared with."""

from collections.abc import Iterator
from statistics import median

from benchmarks.findings import Findings
from benchmarks.growth import Growth
from benchmarks.measurement import Measurement, Results, spread
from benchmarks.memory import Memory
from benchmarks.verdict import Side, Verdict, at_least, at_most, by_itself, difference, ratio

OURS = {"SQLite": "lockstep-sqlite", "PostgreSQL": "lockstep-postgresql"}


def rate(measurement: Measurement) -> float | None:
    return measurement.rate


def middle(measurement: Measurement) -> float | None:
    return measurement.p50


def tail(measurement: Measurement) -> float | None:
    return measurement.p99


def commit(measurement: Measurement) -> float | None:
    return measurement.commit_p50


def cpu(measurement: Measurement) -> float | None:
    return measurement.server_cpu


def verdicts(found: Findings) -> list[Verdict]:
    results = found.results
    return [
        *on_postgresql(results),
        *on_sqlite(results),
        *(verdict for database, name in OURS.items() for verdict in on_either(results, name, database)),
        *(verdict for database, name in OURS.items() for verdict in in_old_age(database, found.growths.get(name))),
        *(after_many(database, found.memories.get(name)) for database, name in OURS.items()),
        in_memory(found.handlers),
    ]


def on_postgresql(results: Results) -> Iterator[Verdict]:
    ours = Side(OURS["PostgreSQL"], "balance-32", rate)
    hot = Side(OURS["PostgreSQL"], "hot-32", rate)
    for name, title, bound in (
        ("pgbench-statements", "pgbench, statement by statement", 1.5),
        ("pgbench-one", "pgbench, one statement", 0.5),
    ):
        yield ratio(results, f"PostgreSQL, 32: over {title}", at_least(bound), ours, Side(name, "balance-32", rate))
    for name, title in (("django", "Django"), ("flask", "Flask"), ("naive-postgresql", "the naive service")):
        yield ratio(results, f"PostgreSQL, 32: over {title} at its best", at_least(10), ours, best(results, name))
    theirs = Side("pgbench-one", "hot-32", rate)
    yield ratio(results, "one hot product, PostgreSQL, 32: over pgbench, one statement", at_least(2), hot, theirs)


def best(results: Results, target: str) -> Side:
    """Where a target is fastest: one that stops at 32 connections is compared at the number that suits it."""
    cases = [f"balance-{number}" for number in (1, 8, 32)]
    return Side(target, max(cases, key=lambda case: results.median(target, case, rate) or 0), rate)


def on_sqlite(results: Results) -> Iterator[Verdict]:
    ours = Side(OURS["SQLite"], "balance-32", rate)
    alone = Side(OURS["SQLite"], "balance-1", middle)
    naive, loop = Side("naive-sqlite", "balance-8", rate), Side("sqlite-loop", "balance-1", rate)
    yield ratio(results, "SQLite, 32: over the naive service at 8", at_least(6), ours, naive)
    yield ratio(results, "SQLite, 32: over the bare loop", at_least(0.8), ours, loop)
    what = "SQLite, 1: median over the bare loop's commit"
    yield difference(results, what, at_most(1.5, "ms"), alone, Side("sqlite-loop", "balance-1", commit))


def on_either(results: Results, name: str, database: str) -> Iterator[Verdict]:
    balance, card = Side(name, "balance-32", rate), Side(name, "card-32", rate)
    reading, floor = Side(name, "read-order-32", rate), Side("floor", "read-order-32", rate)
    slow, usual = Side(name, "balance-32", tail), Side(name, "balance-32", middle)
    work, nothing = Side(name, "balance-32", cpu), Side("floor", "balance-32", cpu)
    yield ratio(results, f"{database}: card order over balance order", at_least(0.4), card, balance)
    yield ratio(results, f"{database}: p99 / p50 at 32", at_most(3), slow, usual)
    what = f"{database}: p99 at 1,000 orders/s offered"
    yield by_itself(results, what, at_most(10, "ms"), Side(name, "offered-64", tail))
    yield ratio(results, f"{database}: GET /orders/{{id}} over the floor", at_least(0.3), reading, floor)
    what = f"{database}: server CPU of an order over the floor"
    yield difference(results, what, at_most(250, "µs"), work, nothing)


def in_old_age(database: str, life: Growth | None) -> Iterator[Verdict]:
    throughput = f"{database}: throughput of an old shop over a young one's"
    pages = f"{database}: last page of GET /orders/ over the first"
    if life is None:
        yield Verdict(throughput, at_least(0.9), None)
        yield Verdict(pages, at_most(1.1), None)
        return
    pairs = [(young.rate, old.rate) for young, old in zip(life.young, life.old, strict=True)]
    whole = median(old for _, old in pairs) / median(young for young, _ in pairs)
    yield Verdict(throughput, at_least(0.9), whole, spread(old / young for young, old in pairs))
    yield Verdict(pages, at_most(1.1), life.last_page / life.first_page)


def after_many(database: str, held: Memory | None) -> Verdict:
    what = f"{database}: memory after many orders over after few"
    return Verdict(what, at_most(1.15), held.of_many / held.of_few if held else None)


def in_memory(rates: list[float]) -> Verdict:
    found = spread(rates)
    what = "handlers on the memory store, balance order"
    return Verdict(what, at_least(20_000, "/s"), found.median if found else None, found)
