"""Whoever has worked and dies is replaced at once; whoever never comes to work, later and later."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.crowd import eventually
from tests.torture.kill9.pack import WORKERS
from tests.torture.kill9.supervised import Supervised

READY = 2.0  # seconds in which a worker starts
AT_ONCE = 1.5  # seconds, on a busy machine
STORM = 5.0  # seconds
MOST = 5 * WORKERS  # starts in that time


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervised]:
    with Supervised(tmp_path / "data", None) as supervised:
        yield supervised
        supervised.finish()


def kill(workers: list[int]) -> None:
    for pid in workers:
        os.kill(pid, signal.SIGKILL)


def test_workers_that_have_worked_are_replaced_at_once_however_often_they_die(supervised: Supervised):
    for _ in range(3):
        time.sleep(READY)
        dead = supervised.workers()
        kill(dead)

        eventually(lambda dead=dead: len(set(supervised.workers()) - set(dead)) == WORKERS, within=AT_ONCE)


def test_workers_that_never_come_to_work_are_replaced_later_and_later(supervised: Supervised):
    time.sleep(READY)
    killed, end = set[int](), time.monotonic() + STORM

    while time.monotonic() < end:
        newborn = [pid for pid in supervised.workers() if pid not in killed]
        kill(newborn)
        killed.update(newborn)
        time.sleep(0.02)

    assert WORKERS < len(killed) <= MOST + WORKERS
