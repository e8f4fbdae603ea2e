"""What one target did in one case of one round, and what several rounds say together."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """Rates are per second, times milliseconds, processor time microseconds for each answer."""

    rate: float
    p50: float | None = None
    p99: float | None = None
    commit_p50: float | None = None
    server_cpu: float | None = None
    generator_cpu: float | None = None
    generator_share: float | None = None
    trouble: str = ""
    """What kept the run from being clean: answers that were no 2xx, requests without an answer."""


Figure = Callable[[Measurement], float | None]


@dataclass(frozen=True)
class Spread:
    """The middle of several rounds, and how far they lie apart."""

    median: float
    low: float
    high: float


def spread(values: Iterable[float | None]) -> Spread | None:
    """Of what there is; nothing of nothing."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return None
    return Spread(median(known), known[0], known[-1])


@dataclass
class Results:
    """Every measurement by target and case, one for each round."""

    measured: dict[tuple[str, str], list[Measurement]] = field(default_factory=dict[tuple[str, str], list[Measurement]])
    failed: list[str] = field(default_factory=list[str])
    """What could not be measured, and why."""

    def add(self, target: str, case: str, measurement: Measurement) -> None:
        self.measured.setdefault((target, case), []).append(measurement)

    def rounds(self, target: str, case: str) -> list[Measurement]:
        return self.measured.get((target, case), [])

    def figures(self, target: str, case: str, figure: Figure) -> list[float | None]:
        return [figure(each) for each in self.rounds(target, case)]

    def spread(self, target: str, case: str, figure: Figure) -> Spread | None:
        return spread(self.figures(target, case, figure))

    def median(self, target: str, case: str, figure: Figure) -> float | None:
        found = self.spread(target, case, figure)
        return found.median if found else None
