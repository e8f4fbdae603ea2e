"""Interleaved rounds: every target once in each, another one first each time, always from its prepared state."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.cases import Case
from benchmarks.measurement import Results
from benchmarks.processes import FAILURES
from benchmarks.targets.target import Target


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How long and how often."""

    rounds: int
    seconds: float
    warmup: float


def run(targets: list[Target], cases: list[Case], pace: Pace, results: Results, tell: Callable[[str], None]) -> None:
    """Into `results`, so that what was measured is there whatever happens later."""
    for number in range(pace.rounds):
        turn = number % len(targets)
        for target in targets[turn:] + targets[:turn]:
            try:
                one_round(target, cases, pace, results, lambda line: tell(f"round {number + 1}: {line}"))  # noqa: B023 (called at once)
            except FAILURES as problem:
                results.failed.append(f"{target.title}, round {number + 1}: {problem}")
                tell(results.failed[-1])


def one_round(target: Target, cases: list[Case], pace: Pace, results: Results, tell: Callable[[str], None]) -> None:
    taken = [case for case in cases if target.takes(case)]
    if not taken:
        return
    target.start()
    try:
        for case in taken:
            measurement = target.measure(case, pace.seconds, pace.warmup)
            results.add(target.name, case.name, measurement)
            trouble = f" ({measurement.trouble})" if measurement.trouble else ""
            tell(f"{target.name}, {case.name}: {measurement.rate:,.0f} /s{trouble}")
    finally:
        target.stop()
