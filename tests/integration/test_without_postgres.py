"""Where no PostgreSQL can be had, a run says so in its last line, and CI fails."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.postgres import MISSING, NAMED
from tests.harness.server import REPOSITORY

BARREN = """
from tests.harness import postgres

def find_binaries():
    raise postgres.PostgresMissing(postgres.MISSING)

postgres.find_binaries = find_binaries
"""
NEEDY = "tests/proofs/test_lock_order.py"


@pytest.mark.parametrize(("ci", "exit_status"), [("", 0), ("true", 1)])
def test_a_run_without_postgres_says_so_in_its_last_line(tmp_path: Path, ci: str, exit_status: int):
    (tmp_path / "barren.py").write_text(BARREN)
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV", NAMED))}

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "barren", "-p", "no:cacheprovider", "-n", "1", NEEDY],
        cwd=REPOSITORY, env={**surroundings, "PYTHONPATH": f"{tmp_path}:{REPOSITORY}", "CI": ci},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.stdout.splitlines()[-1].startswith(MISSING), done.stdout
    assert done.returncode == exit_status


def test_ci_knows_that_it_is_ci(tmp_path: Path):
    (tmp_path / ".ci").mkdir()
    (tmp_path / "run").write_text('#!/bin/sh\necho "$1, CI=$CI"\n')
    (tmp_path / "run").chmod(0o755)
    script = shutil.copy(REPOSITORY / ".ci" / "run", tmp_path / ".ci")
    surroundings = {name: value for name, value in os.environ.items() if name != "CI"}

    done = subprocess.run([script], env=surroundings, capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout == "check, CI=true\n"
