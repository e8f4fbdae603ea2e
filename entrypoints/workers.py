"""Several processes behind one socket: started, replaced when they die, ended together."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from types import FrameType
from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

from entrypoints.farewell import LET_IN, turn_away
from entrypoints.signals import end_at_signals, told_to_end
from entrypoints.trouble import CannotStart

CANNOT_START: Final = 2  # exit status
YOUNG: Final = 5.0  # seconds; who dies younger is not replaced at once
LONGEST_PAUSE: Final = 5.0  # seconds
log: FilteringBoundLogger = structlog.get_logger("lockstep.workers")


def supervise(number: int, listener: socket.socket, grace: float) -> None:
    """Returns once SIGTERM or SIGINT has come and every worker is gone, `grace` seconds later at most.

    Raises `CannotStart` where a worker could not.
    """
    with _signals() as told_to_stop:
        team = Team(number, listener)
        try:
            team.keep_up(told_to_stop)
        finally:
            team.end(grace)


class Team:
    """So many workers, each a process with the listening socket."""

    def __init__(self, number: int, listener: socket.socket) -> None:
        # A forked worker would have our locks without the threads that hold them: each starts from nothing.
        self._context = multiprocessing.get_context("spawn")
        self._listener = listener
        self._pause = 0.0
        self._workers: list[tuple[SpawnProcess, float]] = [self._begin() for _ in range(number)]

    def keep_up(self, told_to_stop: int) -> None:
        """Puts a new worker into the place of each that died, until there is something to read from `told_to_stop`."""
        while told_to_stop not in wait([told_to_stop, *(worker.sentinel for worker, _ in self._workers)]):
            for place, (worker, born) in enumerate(self._workers):
                if not worker.is_alive():
                    self._bury(worker)
                    if wait([told_to_stop], self._pause_after(born)):
                        return
                    self._workers[place] = self._begin()

    def end(self, grace: float) -> None:
        """Every worker finishes what it accepted; who takes longer than that is killed."""
        turn_away(self._listener)
        time.sleep(LET_IN)
        self._listener.close()  # or whoever comes now would wait for nobody
        deadline = time.monotonic() + grace
        for worker, _ in self._workers:
            worker.terminate()
        for worker, _ in self._workers:
            worker.join(max(0.0, deadline - time.monotonic()))
            if worker.is_alive():
                log.error("a worker was killed: it did not end in time", pid=worker.pid)
                worker.kill()
                worker.join()

    def _begin(self) -> tuple[SpawnProcess, float]:
        worker = self._context.Process(target=_work, args=(self._listener,), name="lockstep-worker")
        worker.start()
        return worker, time.monotonic()

    def _bury(self, worker: SpawnProcess) -> None:
        """Raises `CannotStart` where another would fare no better."""
        if worker.exitcode == CANNOT_START:
            raise CannotStart("a worker could not start; its own line says why")
        log.error("a worker died; another takes its place", pid=worker.pid, exit_status=worker.exitcode)

    def _pause_after(self, born: float) -> float:
        """Seconds: none after a long life, longer and longer after short ones."""
        young = time.monotonic() - born < YOUNG
        self._pause = min(LONGEST_PAUSE, self._pause * 2 + 0.1) if young else 0.0
        return self._pause


def _work(listener: socket.socket) -> None:
    """What a worker does; it ends when told to, and when nobody is left to tell it."""
    threading.Thread(target=_end_with_the_parent, name="lockstep-parent", daemon=True).start()
    end_at_signals()
    from entrypoints import logs, serve  # here, since the parent does without them
    from entrypoints.settings import load_settings

    try:
        settings = load_settings()
        logs.set_up(readable=settings.development)
        serve.work(settings, listener, ready=lambda: None)
    except CannotStart as trouble:
        sys.stderr.writelines(f"{line}\n" for line in trouble.lines)
        sys.exit(CANNOT_START)


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def _signals() -> Generator[int]:
    """A file descriptor that can be read from once SIGTERM or SIGINT has come."""
    read, write = os.pipe()
    os.set_blocking(write, False)

    def tell(signal_number: int, frame: FrameType | None) -> None:
        os.write(write, b"!")

    before = {number: signal.signal(number, tell) for number in (signal.SIGTERM, signal.SIGINT)}
    if told_to_end():
        os.write(write, b"!")
    try:
        yield read
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(read)
        os.close(write)
