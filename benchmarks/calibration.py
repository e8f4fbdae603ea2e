"""Finds how many workers serve a gunicorn application best on this machine."""

from benchmarks.cases import CASES
from benchmarks.targets.peers import Gunicorn, Workers

CANDIDATES = (Workers(2), Workers(3), Workers(4), Workers(5), Workers(8), Workers(2, 4), Workers(3, 4), Workers(4, 4))
"""Around gunicorn's own advice of twice the cores and one, plain and with threads that keep connections."""

CASE = next(case for case in CASES if case.name == "balance-32")


PASSES = 2
"""Whatever else runs on the machine can only slow a candidate down: its better pass counts."""


def calibrate(target: Gunicorn, seconds: float, warmup: float) -> dict[Workers, float]:
    """Orders a second of each candidate; leaves the target with the best of them. The target is prepared."""
    rates = dict.fromkeys(CANDIDATES, 0.0)
    for workers in CANDIDATES * PASSES:
        target.workers = workers
        target.start()
        try:
            rates[workers] = max(rates[workers], target.measure(CASE, seconds, warmup).rate)
        finally:
            target.stop()
    target.workers = max(rates, key=lambda workers: rates[workers])
    return rates
