"""The results as a page of Markdown."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import studies
from benchmarks.cases import Case
from benchmarks.findings import Findings
from benchmarks.goals import cpu, middle, rate, tail
from benchmarks.measurement import Figure, Measurement, Spread
from benchmarks.rounds import Pace
from benchmarks.tables import table
from benchmarks.targets.target import Target
from benchmarks.verdict import Verdict
from benchmarks.wrk import installed_wrk

BUNDLED = """Load comes from the bundled `benchmarks/load.py`, one process of asyncio on uvloop: `wrk` is not installed,
and `oha` cannot give each request a cookie, a key and a body of its own. It shares the machine's cores with the server
and the database, as pgbench does. This is what it cost itself.
"""
WRK = """Load comes from `wrk`, one thread, with the requests of `benchmarks/wrk.lua`; only the offered rate, which it
does not know, comes from the bundled `benchmarks/load.py`. Both share the machine's cores with the server and the
database, as pgbench does. This is what they cost themselves.
"""


@dataclass(frozen=True)
class Run:
    """What was measured, and how."""

    pace: Pace
    targets: list[Target]
    cases: list[Case]
    found: Findings

    def table(self, figure: Figure, shape: Callable[[float], str]) -> str:
        """A row for each target, a column for each case; rows and columns of nothing are left out."""
        spreads = {
            (target, case): found
            for target in self.targets
            for case in self.cases
            if (found := self.found.results.spread(target.name, case.name, figure))
        }
        cases = [case for case in self.cases if any((target, case) in spreads for target in self.targets)]
        rows = [
            [target.title, *(cell(spreads.get((target, case)), shape) for case in cases)]
            for target in self.targets
            if any((target, case) in spreads for case in cases)
        ]
        return table(["", *(case.title for case in cases)], rows)

    def trouble(self) -> str:
        """Whatever was not answered as it should have been."""
        found = [
            f"- {target.title}, {case.title}, round {number}: {each.trouble}\n"
            for target in self.targets
            for case in self.cases
            for number, each in enumerate(self.found.results.rounds(target.name, case.name), 1)
            if each.trouble
        ]
        found += [f"- {problem}\n" for problem in self.found.results.failed]
        return "".join(["## What was not clean\n\n", *found]) if found else ""


def page(machine: dict[str, str], run: Run, verdicts: list[Verdict]) -> str:
    pace = run.pace
    sections = [
        "# What an order costs\n",
        f"Medians of {count(pace.rounds)} of {pace.seconds:g} s; in brackets the lowest and the highest.\n",
        table(["", ""], [[name, value] for name, value in machine.items()]),
        "![Orders a second by connections](orders.png)\n",
        f"## Goals\n\n{summary(verdicts)}\n",
        table(["goal", "wanted", "reached", "single rounds", "met"], [goal_row(verdict) for verdict in verdicts]),
        "## Answers a second\n",
        run.table(rate, "{:,.0f}".format),
        "## Time to answer, median, ms\n",
        run.table(middle, "{:.2f}".format),
        "## Time to answer, 99th percentile, ms\n",
        run.table(tail, "{:.2f}".format),
        "## Processor time of the server for each answer, µs\n",
        run.table(cpu, "{:,.0f}".format),
        *studies.sections(run.found),
        "## The generator\n",
        WRK if installed_wrk() else BUNDLED,
        "Processor time for each answer, µs:\n",
        run.table(generator_cpu, "{:.0f}".format),
        "Share of one core:\n",
        run.table(generator_share, "{:.0%}".format),
        run.trouble(),
    ]
    return "\n".join(section for section in sections if section)


def summary(verdicts: list[Verdict]) -> str:
    """The verdicts counted, in one sentence and a line's end."""
    met, measured = (sum(verdict.met in wanted for verdict in verdicts) for wanted in ((True,), (True, False)))
    return f"{met} of {measured} goals met, {len(verdicts) - measured} not measured.\n"


def count(rounds: int) -> str:
    return f"{rounds} interleaved rounds" if rounds > 1 else "one round"


def generator_cpu(measurement: Measurement) -> float | None:
    return measurement.generator_cpu


def generator_share(measurement: Measurement) -> float | None:
    return measurement.generator_share


def goal_row(verdict: Verdict) -> list[str]:
    reached = "not measured" if verdict.figure is None else f"{verdict.figure:.2f} {verdict.bound.unit}"
    rounds = f"{verdict.rounds.low:.2f} – {verdict.rounds.high:.2f}" if verdict.rounds else ""
    return [
        verdict.what,
        str(verdict.bound),
        reached,
        rounds,
        {True: "yes", False: "**no**", None: ""}[verdict.met],
    ]


def cell(found: Spread | None, shape: Callable[[float], str]) -> str:
    if found is None:
        return ""
    if found.low == found.high:
        return shape(found.median)
    return f"{shape(found.median)} ({shape(found.low)} – {shape(found.high)})"
