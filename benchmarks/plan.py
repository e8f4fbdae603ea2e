"""What a run will measure, and about how long it takes."""

from dataclasses import dataclass

from benchmarks.calibration import CANDIDATES
from benchmarks.cases import Case
from benchmarks.rounds import Pace
from benchmarks.targets.lockstep import Lockstep
from benchmarks.targets.peers import Gunicorn
from benchmarks.targets.target import Target

MINUTE = 60
FILLING_OURS, FILLING = 40, 5  # seconds; ours hashes a thousand passwords twice
STARTING = 4  # seconds to put a target's state back, to start it and to stop it
ASKING = 1  # second around each measurement, for the generator to begin and to end
COLLAPSING = 15  # seconds
HANDLERS = 3  # seconds of each round
ROWS = 15_000  # orders of the past a second, with both databases at it
ORDERS = 3_000  # a second, by the service itself


@dataclass(frozen=True)
class Plan:
    """Everything that was chosen: how far a shop grows, and after how many orders its memory is looked at."""

    pace: Pace
    cases: list[Case]
    studies: set[str]
    targets: list[Target]
    rows: int
    placed: tuple[int, int]
    calibrating: bool

    @property
    def ours(self) -> list[Lockstep]:
        return [target for target in self.targets if isinstance(target, Lockstep)]

    @property
    def measurement(self) -> float:
        """Seconds of one."""
        return self.pace.warmup + self.pace.seconds + ASKING

    def seconds(self) -> dict[str, float]:
        """Of each part, on two cores that have nothing else to do."""
        gunicorns = sum(isinstance(target, Gunicorn) for target in self.targets) if self.calibrating else 0
        growing = self.rows / ROWS + len(self.ours) * (2 * self.pace.rounds + 1) * (STARTING + self.measurement)
        studies = {
            "collapse": COLLAPSING,
            "handlers": self.pace.rounds * HANDLERS,
            "memory": len(self.ours) * (max(self.placed) / ORDERS + STARTING),
            "growth": growing if self.ours else 0,
        }
        return {
            "filling": len(self.targets) * FILLING + len(self.ours) * (FILLING_OURS - FILLING),
            "calibration": gunicorns * len(CANDIDATES) * (STARTING + self.measurement),
            "rounds": self.pace.rounds * sum(self.turn(target) for target in self.targets),
            **{name: needed for name, needed in studies.items() if name in self.studies},
        }

    def turn(self, target: Target) -> float:
        """Seconds of one target in one round."""
        taken = sum(target.takes(case) for case in self.cases)
        return taken * self.measurement + STARTING if taken else 0

    def __str__(self) -> str:
        parts = self.seconds()
        lines = [f"{name:>12}: {needed / MINUTE:4.1f} min" for name, needed in parts.items()]
        lines.append(f"{'in all':>12}: {sum(parts.values()) / MINUTE:4.1f} min, on two cores with nothing else to do")
        lines += [f"{target.name:>20}: {', '.join(self.cases_of(target))}" for target in self.targets]
        return "\n".join(lines)

    def cases_of(self, target: Target) -> list[str]:
        return [case.name for case in self.cases if target.takes(case)]
