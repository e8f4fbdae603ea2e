"""A share of the trials, in a process that has no thread of its own and so can fork."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.torture.every_line.child import ChildFailed
from tests.torture.every_line.death import Point
from tests.torture.every_line.scenarios import ALL
from tests.torture.every_line.trial import Stage, Theatre

MEMORY: Final = Path("/dev/shm")  # noqa: S108  # a disk in memory: death of a process, unlike that of a machine, spares it
ENOUGH: Final = 3  # failures of one scenario, before the next one's turn comes


@dataclass
class Played:
    """What came of one scenario so far. `places` are the lines of code at which it died."""

    scenario: str
    planned: int
    trials: int = 0
    remains: int = 0
    places: list[str] = field(default_factory=list[str])
    failures: list[str] = field(default_factory=list[str])

    def __str__(self) -> str:
        return f"{self.scenario}: {self.trials} of {self.planned}"


def play(names: Iterable[str], *, points: int | None, turn: int) -> Iterator[Played]:
    """Each scenario's state, again and again until it is done. `points` limits the deaths of each thread.

    They are spread evenly, and begin elsewhere at each `turn` and in each scenario, so that lines that many run
    have their turn in one or another; without a limit a thread dies at every line.
    """
    with TemporaryDirectory(dir=_quickest()) as folder:
        theatre = Theatre(Path(folder))
        for name in names:
            yield from _play(Stage(theatre, ALL[name]), name, points, turn + list(ALL).index(name))


def play_one(name: str, at: Point) -> str:
    """Where in the code it died. Raises `ChildFailed`."""
    with TemporaryDirectory(dir=_quickest()) as folder:
        return Stage(Theatre(Path(folder)), ALL[name]).play(at)


def _quickest() -> Path | None:
    """Where files are written fastest; None for wherever temporary files go."""
    return MEMORY if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else None


def _play(stage: Stage, name: str, points: int | None, turn: int) -> Iterator[Played]:
    try:
        counts = stage.count()
    except ChildFailed as failure:
        yield Played(name, 1, 1, failures=[f"{name}, where nobody dies:\n{failure}"])
        return
    deaths = [point for thread, lines in counts.items() for point in _spread(thread, lines, points, turn)]
    played, places = Played(name, len(deaths)), set[str]()
    for death in deaths:
        played.trials += 1
        try:
            places.add(stage.play(death))
        except ChildFailed as failure:
            played.failures.append(f"{name}, dying at {death}:\n{failure}")
            if len(played.failures) == ENOUGH:
                break
        if played.trials % 100 == 0:
            yield played
    played.remains, played.places = stage.remains, sorted(places - {"nowhere"})
    yield played


def _spread(thread: str, lines: int, points: int | None, turn: int) -> Iterator[Point]:
    step = 1 if points is None else max(1, lines // points)
    first = 1 + turn * step // len(ALL) % step
    return (Point(thread, line) for line in range(first, lines + 1, step))


def as_record(played: Played) -> dict[str, object]:
    return asdict(played)
