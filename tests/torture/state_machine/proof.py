"""Every command in any order, while any call to a port may fail: rows and session are both old or both new."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.torture.report import Report
from tests.torture.state_machine.rules_behind import Behind
from tests.torture.state_machine.rules_for_people import People
from tests.torture.state_machine.stores import STORES

STEPS: Final = 40  # of one run, after those that open the shop
QUICK: Final = {"memory": 40, "sqlite": 8, "postgres": 8}
LONG: Final = {"memory": 3000, "sqlite": 600, "postgres": 600}


class Everything(People, Behind):
    """All the rules there are."""


def run(report: Report, *, quick: bool) -> str:
    steps = dict.fromkeys(STORES, 0)
    for store, runs in (QUICK if quick else LONG).items():

        def told(more: int, store: str = store) -> None:
            steps[store] += more
            report.progress(", ".join(f"{count} steps on {name}" for name, count in steps.items()))

        play(store, runs=runs, told=told)
    return ", ".join(f"{count} steps on {name}" for name, count in steps.items())


def play(store: str, *, runs: int, told: Callable[[int], None]) -> None:
    """So many runs; `told` hears of the steps of each. Raises what went wrong, in as few steps as show it."""
    with STORES[store]() as open_store:
        members = {"open_store": staticmethod(open_store), "played": staticmethod(told)}
        run_state_machine_as_test(
            type("Everything", (Everything,), members),
            settings=settings(
                max_examples=runs,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                report_multiple_bugs=False,
                phases=[Phase.generate, Phase.shrink],
                suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
            ),
        )
