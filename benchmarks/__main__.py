"""`./run bench`: the service beside what a user would pick instead, and beside the database's own limit."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import studies
from benchmarks.aging import OldAge, grow_old
from benchmarks.calibration import calibrate
from benchmarks.cases import CASES, STUDIES, chosen
from benchmarks.collapse import naive_collapse
from benchmarks.environment import packages, peers_python
from benchmarks.goals import verdicts
from benchmarks.machine import describe
from benchmarks.postgres import PostgresMissing, server
from benchmarks.processes import NotReady
from benchmarks.publishing import publish
from benchmarks.report import Run, page
from benchmarks.rounds import Pace, run
from benchmarks.targets.all import chosen_targets
from benchmarks.targets.lockstep import Lockstep
from benchmarks.targets.peers import Gunicorn
from benchmarks.targets.target import OrdersLost, Place, Target

RESULTS = Path(__file__).parent / "results"
CROWD = 32


def options() -> argparse.Namespace:
    names = ", ".join([*(case.name for case in CASES), *STUDIES])
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    add = parser.add_argument
    add("--rounds", type=int, default=5, help="interleaved rounds (%(default)s)")
    add("--seconds", type=float, default=4, help="of each measurement (%(default)s)")
    add("--quick", action="store_true", help="one round of a second each, without calibration and aging: does it run?")
    add("--only", metavar="CASE,…", help=f"cases and studies by the start of their names: {names}")
    add("--targets", metavar="TARGET,…", help="targets by the start of their names")
    add("--rows", type=int, default=3_000_000, help="orders at the end of the service's growth (%(default)s)")
    add(
        "--folder",
        type=Path,
        help="where the databases live, on a real disk (default: where temporary files go)",
    )
    add(
        "--output",
        type=Path,
        help="where the report goes (default: results/, or results/partial/ of a part)",
    )
    return parser.parse_args()


def main() -> None:
    wanted = options()
    try:
        python = peers_python()
        scratch = tempfile.TemporaryDirectory(prefix="lockstep-bench-", dir=wanted.folder)
        with scratch as folder, server(packages=packages(python)) as postgres:
            bench(wanted, Place(Path(folder), python, postgres))
    except (ValueError, PostgresMissing, NotReady, OrdersLost, subprocess.CalledProcessError) as problem:
        sys.exit(f"bench: {problem}")


def bench(wanted: argparse.Namespace, place: Place) -> None:
    cases, looks = chosen(wanted.only)
    targets = chosen_targets(place, wanted.targets)
    pace = Pace(rounds=wanted.rounds, seconds=wanted.seconds, warmup=1)
    if wanted.quick:
        pace, looks = Pace(rounds=1, seconds=1, warmup=0.3), looks - {"aging"}
    sections = prepare(targets, pace, calibrating=not wanted.quick)
    done = Run(pace, targets, cases, run(targets, cases, pace, tell))
    if "collapse" in looks:
        sections.append(collapse(place))
    lives = age(place, targets, wanted.rows, pace) if "aging" in looks else {}
    sections += [studies.aging(name, life) for name, life in lives.items()]
    held = verdicts(done.results, lives)
    partial = wanted.quick or wanted.only or wanted.targets
    output = wanted.output or (RESULTS / "partial" if partial else RESULTS)
    publish(output, page(describe(place), done, held, sections), done, place.python)
    met, measured = (sum(verdict.met in wanted for verdict in held) for wanted in ((True,), (True, False)))
    tell(f"{met} of {measured} goals met, {len(held) - measured} not measured: {output / 'orders.md'}")


def prepare(targets: list[Target], pace: Pace, *, calibrating: bool) -> list[str]:
    """Fills every target; the report's sections on what was calibrated meanwhile."""
    sections: list[str] = []
    for target in targets:
        tell(f"preparing {target.name}")
        target.prepare()
        if calibrating and isinstance(target, Gunicorn):
            sections.append(studies.calibration(target.title, calibrate(target, pace.seconds, pace.warmup)))
            tell(f"{target.name} is best served by {target.workers}")
    return sections


def collapse(place: Place) -> str:
    seconds = 10
    folder = place.folder / "collapse"
    folder.mkdir()
    outcome = naive_collapse(folder, connections=CROWD, seconds=seconds, python=place.python)
    tell(f"the naive service at {CROWD} connections answered {outcome.answered_in_all} in {seconds} s")
    return studies.collapse(outcome, CROWD, seconds)


def age(place: Place, targets: list[Target], rows: int, pace: Pace) -> dict[str, OldAge]:
    lives: dict[str, OldAge] = {}
    for old in targets:
        if isinstance(old, Lockstep):
            young = Lockstep(place, old.database.lower(), beside="-young")
            young.prepare()
            lives[old.name] = grow_old(old, young, rows, pace, tell)
    return lives


def tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
