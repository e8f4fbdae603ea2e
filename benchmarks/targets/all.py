"""Everything that is measured side by side."""

from benchmarks.cases import picked
from benchmarks.targets.limits import SqliteLoop, pgbench_by_statements, pgbench_in_one
from benchmarks.targets.lockstep import Lockstep
from benchmarks.targets.peers import Django, Flask, Floor, Naive
from benchmarks.targets.target import Place, Target


def all_targets(place: Place) -> list[Target]:
    return [
        Lockstep(place, "postgresql", workers=2),
        Lockstep(place, "sqlite"),
        pgbench_by_statements(place),
        pgbench_in_one(place),
        SqliteLoop(place),
        Naive(place, "postgresql"),
        Naive(place, "sqlite"),
        Django(place),
        Flask(place),
        Floor(place),
    ]


def chosen_targets(place: Place, only: str | None) -> list[Target]:
    """Those whose names start with one of the comma-separated `only`. Raises `ValueError` at an unknown one."""
    targets = all_targets(place)
    wanted = picked([target.name for target in targets], only)
    return [target for target in targets if target.name in wanted]
