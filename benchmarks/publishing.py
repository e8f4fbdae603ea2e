"""Writes what a run found: the page, a picture where there are balance orders to draw, and every single measurement."""

import json
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.goals import rate
from benchmarks.processes import ROOT
from benchmarks.report import Run
from benchmarks.targets.target import Target
from benchmarks.verdict import Verdict

CAPTION = "One order of one line, paid by balance, durably committed"


def publish(output: Path, page: str, machine: dict[str, str], run: Run, verdicts: list[Verdict], python: Path) -> None:
    """`python` is the interpreter that has matplotlib."""
    output.mkdir(parents=True, exist_ok=True)
    (output / "orders.md").write_text(page)
    (output / "orders.json").write_text(json.dumps(document(machine, run, verdicts), indent=1) + "\n")
    if lines := series(run):
        drawing = json.dumps({"caption": CAPTION, "series": lines})
        command = [str(python), "-m", "benchmarks.picture", str(output.resolve() / "orders.png")]
        subprocess.run(command, input=drawing, text=True, check=True, cwd=ROOT)


def document(machine: dict[str, str], run: Run, verdicts: list[Verdict]) -> dict[str, Any]:
    """Every figure that the page is made of."""
    found = run.found
    return {
        "machine": machine,
        "pace": asdict(run.pace),
        "goals": [{**asdict(each), "bound": str(each.bound), "met": each.met} for each in verdicts],
        "measured": [
            {"target": target, "case": case, "rounds": [asdict(each) for each in rounds]}
            for (target, case), rounds in found.results.measured.items()
        ],
        "failed": found.results.failed,
        "workers": {title: {str(each): rate for each, rate in rates.items()} for title, rates in found.workers.items()},
        "handlers": found.handlers,
        "memory": {name: held._asdict() for name, held in found.memories.items()},
        "growth": {name: asdict(life) for name, life in found.growths.items()},
        "collapse": asdict(found.collapse) if found.collapse else None,
    }


def series(run: Run) -> list[dict[str, Any]]:
    """Balance orders a second over connections, a line for each target that was measured."""
    return [
        {"name": target.name, "title": target.title, "database": target.database, "points": found}
        for target in run.targets
        if (found := points(run, target))
    ]


def points(run: Run, target: Target) -> list[dict[str, float]]:
    """A logarithmic axis has no place for a round in which nobody was answered."""
    return [
        {"connections": case.connections, "median": found.median, "low": found.low, "high": found.high}
        for case in run.cases
        if case.name.startswith("balance-")
        and (found := run.found.results.spread(target.name, case.name, rate))
        and found.low > 0
    ]
