"""A signal that comes at a bad moment is not lost."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.server import HOST, PATIENCE, REPOSITORY, environment

SWALLOWING = """
import os, signal, sys
from entrypoints import operator, serve
from entrypoints.settings import load_settings

class Swallows:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(1000):
            pass

def swallow(*_):
    Swallows()
    print("swallowed", flush=True)
"""


def exit_status(rest: str, data_dir: Path) -> int:
    """Of a process in which what the handler raises is lost, since a destructor is under way."""
    ended = subprocess.run(
        [sys.executable, "-c", SWALLOWING + rest], cwd=REPOSITORY, env=environment(data_dir), timeout=PATIENCE / 2,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "swallowed" in ended.stdout, ended.stderr
    return ended.returncode


@pytest.mark.parametrize("workers", [1, 2])
def test_a_server_ends_at_a_signal_that_was_lost_while_it_started(tmp_path: Path, workers: int):
    serving = f"serve.serve(load_settings(), serve.bind({HOST!r}, 0), swallow, {workers})"

    assert exit_status(serving, tmp_path / "data") == 0


def test_an_operators_work_ends_at_a_signal_that_was_lost_under_way(tmp_path: Path):
    working = """
async def work(operator):
    swallow()
    await operator.keep_delivering()

operator.migrate(load_settings())
operator.as_operator(load_settings(), work)
"""

    assert exit_status(working, tmp_path / "data") == 0
