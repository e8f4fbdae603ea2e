"""Finds how many workers serve a gunicorn application best on this machine."""

from benchmarks.cases import BUSY
from benchmarks.targets.peers import Gunicorn, Workers

CANDIDATES = (Workers(2), Workers(3), Workers(4), Workers(5), Workers(8), Workers(2, 4), Workers(3, 4), Workers(4, 4))
"""Around gunicorn's own advice of twice the cores and one, plain and with threads that keep connections."""


def calibrate(target: Gunicorn, seconds: float, warmup: float) -> dict[Workers, float]:
    """Orders a second of each candidate; leaves the target with the best of them. The target is prepared."""
    rates = {workers: rate_with(target, workers, seconds, warmup) for workers in CANDIDATES}
    target.workers = max(rates, key=lambda workers: rates[workers])
    return rates


def rate_with(target: Gunicorn, workers: Workers, seconds: float, warmup: float) -> float:
    target.workers = workers
    target.start()
    try:
        return target.measure(BUSY, seconds, warmup).rate
    finally:
        target.stop()
