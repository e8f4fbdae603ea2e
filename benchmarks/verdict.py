"""A goal and what became of it: two figures compared, of the medians and round by round."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.measurement import Figure, Results, Spread, spread


class Bound(NamedTuple):
    """What a figure is held to."""

    value: float
    at_least: bool
    unit: str

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.value:g} {self.unit}"


def at_least(value: float, unit: str = "×") -> Bound:
    return Bound(value, at_least=True, unit=unit)


def at_most(value: float, unit: str = "×") -> Bound:
    return Bound(value, at_least=False, unit=unit)


@dataclass(frozen=True)
class Verdict:
    """One row: a figure of the medians, how far the single rounds lay apart, and its bound."""

    what: str
    bound: Bound
    figure: float | None
    rounds: Spread | None = None

    @property
    def met(self) -> bool | None:
        """Nothing where there was nothing to measure."""
        if self.figure is None:
            return None
        return self.figure >= self.bound.value if self.bound.at_least else self.figure <= self.bound.value


class Side(NamedTuple):
    """What to look at, of which target in which case."""

    target: str
    case: str
    figure: Figure


def ratio(results: Results, what: str, bound: Bound, ours: Side, theirs: Side) -> Verdict:
    return compared(results, what, bound, ours, theirs, lambda mine, other: mine / other if other else 0.0)


def difference(results: Results, what: str, bound: Bound, ours: Side, theirs: Side) -> Verdict:
    return compared(results, what, bound, ours, theirs, lambda mine, other: mine - other)


def by_itself(results: Results, what: str, bound: Bound, ours: Side) -> Verdict:
    found = results.spread(*ours)
    return Verdict(what, bound, found.median if found else None, found)


def compared(
    results: Results, what: str, bound: Bound, ours: Side, theirs: Side, combine: Callable[[float, float], float]
) -> Verdict:
    """Also round by round: what ran in one round met the same machine."""
    mine, other = results.median(*ours), results.median(*theirs)
    pairs = zip(results.figures(*ours), results.figures(*theirs), strict=False)
    rounds = spread(combine(one, two) for one, two in pairs if one is not None and two is not None)
    return Verdict(what, bound, None if mine is None or other is None else combine(mine, other), rounds)
