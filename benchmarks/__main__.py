"""`./run bench`: the service beside what a user would pick instead, and beside the database's own limit."""

import argparse
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.cases import CASES, STUDIES, chosen
from benchmarks.course import Course
from benchmarks.environment import packages, peers_python
from benchmarks.goals import verdicts
from benchmarks.http_client import Unexpected
from benchmarks.machine import describe
from benchmarks.plan import Plan
from benchmarks.postgres import PostgresMissing, server
from benchmarks.processes import NotReady
from benchmarks.publishing import publish
from benchmarks.report import Run, page, summary
from benchmarks.rounds import Pace
from benchmarks.targets.all import chosen_targets
from benchmarks.targets.target import OrdersLost, Place

RESULTS = Path(__file__).parent / "results"
TROUBLE = (ValueError, PostgresMissing, NotReady, OrdersLost, Unexpected, subprocess.SubprocessError)
QUICK = Pace(rounds=1, seconds=1, warmup=0.3)
QUICK_ROWS = 30_000
PLACED = 20_000, 200_000
QUICKLY_PLACED = 1_000, 2_000


def options() -> argparse.Namespace:
    names = ", ".join([*(case.name for case in CASES), *STUDIES])
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    add = parser.add_argument
    add("--plan", action="store_true", help="only say what would be measured, and how long that takes")
    add("--rounds", type=int, default=5, help="interleaved rounds (%(default)s)")
    add(
        "--seconds",
        type=float,
        default=2,
        help="of each measurement; wrk and pgbench know whole ones only (%(default)s)",
    )
    add("--warmup", type=float, default=1, help="seconds before each measurement (%(default)s)")
    add("--quick", action="store_true", help="one short round without calibration, a small growth: does it run?")
    add("--only", metavar="CASE,…", help=f"cases and studies by the start of their names: {names}")
    add("--targets", metavar="TARGET,…", help="targets by the start of their names")
    add("--rows", type=int, default=3_000_000, help="orders at the end of the service's growth (%(default)s)")
    add("--folder", type=Path, help="where the databases live, on a real disk (default: where temporary files go)")
    add("--output", type=Path, help="where the report goes (default: results/, or results/partial/ of a part)")
    return parser.parse_args()


def main() -> None:
    wanted = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: broken off"))
    try:
        python = peers_python()
        scratch = tempfile.TemporaryDirectory(prefix="lockstep-bench-", dir=wanted.folder)
        with scratch as folder, server(packages=packages(python), folder=wanted.folder) as postgres:
            bench(wanted, Place(Path(folder), python, postgres))
    except TROUBLE as problem:
        sys.exit(f"bench: {problem}")


def bench(wanted: argparse.Namespace, place: Place) -> None:
    plan = planned(wanted, place)
    print(plan, flush=True)
    if wanted.plan:
        return
    course = Course(plan, place)
    partial = wanted.quick or wanted.only or wanted.targets
    output = wanted.output or (RESULTS / "partial" if partial else RESULTS)
    try:
        course.follow()
    except BaseException:
        write_down(course, place, RESULTS / "broken-off")
        raise
    write_down(course, place, output)


def write_down(course: Course, place: Place, output: Path) -> None:
    """What was found so far."""
    run = Run(course.plan.pace, course.plan.targets, course.plan.cases, course.found)
    held, machine = verdicts(course.found), describe(place)
    publish(output, page(machine, run, held), machine, run, held, place.python)
    print(f"{summary(held)}{output / 'orders.md'}", flush=True)


def planned(wanted: argparse.Namespace, place: Place) -> Plan:
    cases, looks = chosen(wanted.only)
    pace = QUICK if wanted.quick else Pace(rounds=wanted.rounds, seconds=wanted.seconds, warmup=wanted.warmup)
    rows = min(wanted.rows, QUICK_ROWS) if wanted.quick else wanted.rows
    placed = QUICKLY_PLACED if wanted.quick else PLACED
    return Plan(pace, cases, looks, chosen_targets(place, wanted.targets), rows, placed, calibrating=not wanted.quick)


if __name__ == "__main__":
    main()
