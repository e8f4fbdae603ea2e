"""Everything that is measured side by side."""

from benchmarks.cases import picked
from benchmarks.targets.limits import Pgbench, SqliteLoop
from benchmarks.targets.lockstep import Lockstep
from benchmarks.targets.peers import Django, Flask, Floor, Naive
from benchmarks.targets.target import Place, Target


def all_targets(place: Place) -> list[Target]:
    return [
        Lockstep(place, "postgresql"),
        Lockstep(place, "sqlite"),
        Pgbench(place, "order_by_statements.sql", "pgbench-statements", "limit: pgbench, statement by statement"),
        Pgbench(place, "order_in_one.sql", "pgbench-one", "limit: pgbench, one statement"),
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
