"""A share of the trials, told in JSON lines: for `proof`, and for whoever wants to see one death again.

`python -m tests.torture.every_line "order, ok" --at lockstep-lane:1234`
"""

from __future__ import annotations

import argparse
import json

from tests.torture.every_line.death import Point
from tests.torture.every_line.scenarios import ALL
from tests.torture.every_line.share import as_record, play, play_one
from tests.torture.report import say


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.torture.every_line")
    parser.add_argument("scenarios", nargs="+", choices=list(ALL), metavar="SCENARIO", help=", ".join(ALL))
    parser.add_argument("--points", type=int, help="deaths of each thread at most; every line without it")
    parser.add_argument("--turn", type=int, default=0, help="where they begin")
    parser.add_argument("--at", type=Point.parse, help="one death only")
    wanted = parser.parse_args()
    if wanted.at:
        for name in wanted.scenarios:
            say(f"{name}: died at {play_one(name, wanted.at)}; all is well")
        return
    for played in play(wanted.scenarios, points=wanted.points, turn=wanted.turn):
        say(json.dumps(as_record(played)))


if __name__ == "__main__":
    main()
