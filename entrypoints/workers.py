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
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import FrameType
from typing import Final

import structlog
from structlog.typing import FilteringBoundLogger

from entrypoints.door import GONE, Share
from entrypoints.farewell import LET_IN, turn_away
from entrypoints.signals import end_at_signals, told_to_end
from entrypoints.trouble import CannotStart

CANNOT_START: Final = 2  # exit status
READY: Final = b"ready"
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


@dataclass
class Place:
    """One worker's, and after it another's. `failures` counts those in a row that died before they were ready."""

    worker: SpawnProcess
    word: Connection
    failures: int = 0
    due: float | None = None  # when the next one begins, where this one is gone

    def bury(self) -> None:
        """Whoever has worked is replaced at once, and so is the first that has not; then later and later.

        Raises `CannotStart` where another would fare no better.
        """
        if self.worker.exitcode == CANNOT_START:
            raise CannotStart("a worker could not start; its own line says why")
        log.error("a worker died; another takes its place", pid=self.worker.pid, exit_status=self.worker.exitcode)
        self.failures = 0 if _heard(self.word) else self.failures + 1
        self.due = time.monotonic() + _pause_after(self.failures)


class Team:
    """So many workers, each a process with the listening socket."""

    def __init__(self, number: int, listener: socket.socket) -> None:
        # A forked worker would have our locks without the threads that hold them: each starts from nothing.
        self._context = multiprocessing.get_context("spawn")
        self._listener = listener
        self._counts = self._context.RawArray("i", [GONE] * number)
        self._places = [Place(*self._begin(place)) for place in range(number)]

    def keep_up(self, told_to_stop: int) -> None:
        """Puts a new worker into the place of each that died, until there is something to read from `told_to_stop`."""
        while told_to_stop not in wait([told_to_stop, *self._living()], self._rest()):
            for number, place in enumerate(self._places):
                if place.due is None and not place.worker.is_alive():
                    self._counts[number] = GONE
                    place.bury()
                if place.due is not None and place.due <= time.monotonic():
                    place.word.close()
                    place.worker, place.word = self._begin(number)
                    place.due = None

    def end(self, grace: float) -> None:
        """Every worker finishes what it accepted; who takes longer than that is killed."""
        turn_away(self._listener)
        time.sleep(LET_IN)
        self._listener.close()  # or whoever comes now would wait for nobody
        deadline = time.monotonic() + grace
        workers = [place.worker for place in self._places]
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join(max(0.0, deadline - time.monotonic()))
            if worker.is_alive():
                log.error("a worker was killed: it did not end in time", pid=worker.pid)
                worker.kill()
                worker.join()

    def _living(self) -> list[int]:
        return [place.worker.sentinel for place in self._places if place.due is None]

    def _rest(self) -> float | None:
        """Seconds until a worker is to begin."""
        dues = [place.due for place in self._places if place.due is not None]
        return max(0.0, min(dues) - time.monotonic()) if dues else None

    def _begin(self, place: int) -> tuple[SpawnProcess, Connection]:
        """A worker, and what its one word will come from."""
        word, ready = self._context.Pipe(duplex=False)
        share = Share(self._counts, place)
        worker = self._context.Process(target=_work, args=(self._listener, share, ready), name="lockstep-worker")
        worker.start()
        ready.close()
        return worker, word


def _say(word: Connection) -> None:
    with suppress(OSError):  # nobody is left to hear it
        word.send_bytes(READY)


def _heard(word: Connection) -> bool:
    try:
        return word.poll() and bool(word.recv_bytes())
    except EOFError:
        return False


def _pause_after(failures: int) -> float:
    """Seconds."""
    return 0.0 if failures < 2 else min(LONGEST_PAUSE, 0.1 * 2 ** min(failures, 10))


def _work(listener: socket.socket, share: Share, word: Connection) -> None:
    """What a worker does; it says a word when it is ready, and ends when told to, or when nobody is left to tell it."""
    threading.Thread(target=_end_with_the_parent, name="lockstep-parent", daemon=True).start()
    end_at_signals()
    from entrypoints import logs, serve  # here, since the parent does without them
    from entrypoints.settings import load_settings

    try:
        settings = load_settings()
        logs.set_up(readable=settings.development)
        serve.work(settings, listener, ready=lambda: _say(word), share=share)
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
