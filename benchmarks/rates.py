"""Balance orders a second without HTTP, our handlers on the memory store: what `benchmarks.handlers` says of itself."""

import re
import subprocess
import sys
from importlib.util import find_spec

from benchmarks.processes import ROOT

MODULE = "benchmarks.handlers"
GROUP = 64
"""Units to a group, the service's default."""


def handler_rates(rounds: int) -> list[float]:
    """One for each round, each in a process of its own; none where there is nothing to ask."""
    return [handler_rate() for _ in range(rounds)] if find_spec(MODULE) else []


def handler_rate() -> float:
    """Raises `ValueError` where it reports none."""
    command = [sys.executable, "-m", MODULE, "--stores", "memory", "--together", str(GROUP), "--rounds", "1"]
    said = subprocess.run(command, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE, timeout=120).stdout
    return reported(said)


def reported(said: str) -> float:
    """The third column of its table's row. Raises `ValueError` without one."""
    found = re.search(rf"^\| memory \| {GROUP} \| ([\d,]+) \|", said, re.MULTILINE)
    if found is None:
        raise ValueError(f"{MODULE} reported no rate: {said}")
    return float(found[1].replace(",", ""))
