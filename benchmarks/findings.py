"""Everything that a run found."""

from dataclasses import dataclass, field

from benchmarks.collapse import Collapse
from benchmarks.growth import Growth
from benchmarks.measurement import Results
from benchmarks.memory import Memory
from benchmarks.targets.peers import Workers


@dataclass
class Findings:
    """The rounds' results, and what was looked at once; by the target's name where there is one for each."""

    results: Results = field(default_factory=Results)
    workers: dict[str, dict[Workers, float]] = field(default_factory=dict[str, dict[Workers, float]])
    handlers: list[float] = field(default_factory=list[float])
    memories: dict[str, Memory] = field(default_factory=dict[str, Memory])
    growths: dict[str, Growth] = field(default_factory=dict[str, Growth])
    collapse: Collapse | None = None
