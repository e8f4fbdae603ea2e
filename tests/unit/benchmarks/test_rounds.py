"""Rounds are interleaved, and one who fails does not spoil them for the others."""

from benchmarks.cases import BUSY, Case
from benchmarks.measurement import Measurement, Results
from benchmarks.processes import NotReady
from benchmarks.rounds import Pace, run
from benchmarks.targets.target import Target


class Stand(Target):
    """Writes into a common log; `broken` does not start."""

    database = "none"
    cases = frozenset({BUSY.name})

    def __init__(self, name: str, log: list[str], *, broken: bool = False) -> None:
        self.name = self.title = name
        self.log = log
        self.broken = broken

    def prepare(self) -> None:
        """There is nothing to fill."""

    def start(self) -> None:
        if self.broken:
            raise NotReady("no such table")

    def measure(self, case: Case, seconds: float, warmup: float) -> Measurement:
        self.log.append(self.name)
        return Measurement(rate=1)

    def stop(self) -> None:
        self.log.append("-")


def rounds(log: list[str], *targets: Target) -> Results:
    results = Results()
    run(list(targets), [BUSY], Pace(rounds=2, seconds=1, warmup=0), results, log.append)
    return results


def test_another_one_is_first_in_each_round():
    log = list[str]()

    rounds(log, Stand("a", log), Stand("b", log))

    assert [line for line in log if len(line) == 1 and line != "-"] == ["a", "b", "b", "a"]


def test_one_that_does_not_start_is_named_and_the_others_are_measured():
    log = list[str]()

    results = rounds(log, Stand("a", log, broken=True), Stand("b", log))

    assert len(results.rounds("b", BUSY.name)) == 2
    assert results.failed == ["a, round 1: no such table", "a, round 2: no such table"]
