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

CAPTION = "One order of one line, paid by balance, durably committed"


def publish(output: Path, page: str, run: Run, python: Path) -> None:
    """`python` is the interpreter that has matplotlib."""
    output.mkdir(parents=True, exist_ok=True)
    (output / "orders.md").write_text(page)
    measured = [
        {"target": target, "case": case, "rounds": [asdict(each) for each in rounds]}
        for (target, case), rounds in run.results.measured.items()
    ]
    (output / "orders.json").write_text(json.dumps(measured, indent=1) + "\n")
    if lines := series(run):
        document = json.dumps({"caption": CAPTION, "series": lines})
        command = [str(python), "-m", "benchmarks.picture", str(output.resolve() / "orders.png")]
        subprocess.run(command, input=document, text=True, check=True, cwd=ROOT)


def series(run: Run) -> list[dict[str, Any]]:
    """Balance orders a second over connections, a line for each target that was measured."""
    return [
        {"name": target.name, "title": target.title, "database": target.database, "points": found}
        for target in run.targets
        if (found := points(run, target))
    ]


def points(run: Run, target: Target) -> list[dict[str, float]]:
    return [
        {"connections": case.connections, "median": found.median, "low": found.low, "high": found.high}
        for case in run.cases
        if case.name.startswith("balance-") and (found := run.results.spread(target.name, case.name, rate))
    ]
