"""Every line of domain, service layer and adapters is where a process dies once, in each scenario that runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Timer
from typing import Final

from tests.torture.every_line.death import ROOT
from tests.torture.every_line.scenarios import ALL
from tests.torture.every_line.share import Played
from tests.torture.report import Report

QUICK: Final = 2  # deaths of each thread, or a few more
AGAIN: Final = 'To see one again: python -m tests.torture.every_line "the scenario" --at thread:line'
LONGEST: Final = 3 * 3600  # seconds for one scenario, at every line


def run(report: Report, *, quick: bool) -> str:
    """As many scenarios at once as there are processors, each in a process of its own."""
    state: dict[str, Played] = {}
    points = QUICK if quick else None

    def one(name: str) -> None:
        for played in shares([name], points=points):
            state[name] = played
            report.progress(_so_far(list(state.values())))

    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        list(threads.map(one, ALL))
    return verdict(list(state.values()))


def _so_far(played: Sequence[Played]) -> str:
    trials, planned = sum(each.trials for each in played), sum(each.planned for each in played)
    failures = sum(len(each.failures) for each in played)
    return f"{trials} of {planned} deaths in {len(played)} of {len(ALL)} scenarios, {failures} failed"


def verdict(played: Sequence[Played]) -> str:
    """Raises `AssertionError` with every failure."""
    failures = [failure for each in played for failure in each.failures]
    assert not failures, "\n".join([*failures, AGAIN])
    places = {place for each in played for place in each.places}
    trials, remains = sum(each.trials for each in played), sum(each.remains for each in played)
    return f"{trials} deaths at {len(places)} lines of code in {len(played)} scenarios, {remains} different remains"


def shares(names: Sequence[str], *, points: int | None, longest: float = LONGEST) -> Iterator[Played]:
    """How far each scenario has come, from a process that this one starts, and ends after `longest` seconds."""
    command = [sys.executable, "-m", "tests.torture.every_line", *names]
    command += [] if points is None else ["--points", str(points)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        bound = Timer(longest, process.kill)
        bound.start()
        try:
            for line in process.stdout or ():
                yield Played(**json.loads(line))
        finally:
            bound.cancel()
            process.kill()
    assert process.returncode == 0, f"{names}: exit status {process.returncode}"
