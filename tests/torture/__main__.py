"""`python -m tests.torture`: the long proofs, one line each, and a table in the end."""

from __future__ import annotations

import argparse
import sys
import traceback

from tests.torture.proofs import MODULES, proof
from tests.torture.report import Report, say, table


def main() -> int:
    """0 where everything holds."""
    wanted = _arguments()
    if wanted.mutants:
        from tests.torture.mutating import run_all

        return run_all(only=wanted.only)
    rows = [_run(name, quick=wanted.quick) for name in wanted.only or MODULES]
    say(f"\n{table(('proof', 'verdict', 'seconds', 'what was done'), *rows)}")
    return int(any(verdict != "holds" for _, verdict, *_ in rows))


def _run(name: str, *, quick: bool) -> tuple[str, str, str, str]:
    report = Report(name)
    try:
        verdict, what = "holds", proof(name).run(report, quick=quick)
    except AssertionError:
        verdict, what = "BROKEN", "see above"
        say(f"\n{traceback.format_exc()}", sys.stderr)
    except Exception:
        verdict, what = "did not run", "see above"
        say(f"\n{traceback.format_exc()}", sys.stderr)
    report.end(f"{verdict}, {what}")
    return name, verdict, f"{report.seconds:.0f}", what


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run torture", description="The long proofs, which take an hour or so.")
    parser.add_argument("--quick", action="store_true", help="a small part of each")
    parser.add_argument("--mutants", action="store_true", help="break the code on purpose, and see each proof fail")
    parser.add_argument("--only", type=lambda names: names.split(","), metavar="NAME,…", help=", ".join(MODULES))
    wanted = parser.parse_args()
    if not wanted.mutants and (unknown := set(wanted.only or ()) - MODULES.keys()):
        parser.error(f"there is no proof {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}")
    return wanted


if __name__ == "__main__":
    sys.exit(main())
