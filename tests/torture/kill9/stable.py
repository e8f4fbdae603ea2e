"""Workers that can be had quickly: this process has imported all of the service, and forks one when one has died.

Each does what a worker of `serve --workers` does, on a socket that they share. Orders come as single bytes on stdin:
`k` kills one that is ready, `a` kills all that are; at the end of stdin all are told to finish. Told on stdout: the
address, then a line for each order, with a `k` for each that was killed.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import random
import select
import signal
import sys
import time
import traceback
from datetime import UTC, datetime, timedelta
from typing import Final

from dependency_injector import providers

from entrypoints import logs, serve
from entrypoints.container import Container
from entrypoints.settings import load_settings
from tests.harness.server import HOST
from tests.torture.report import say

MOMENT: Final = 0.005  # seconds between two looks at who has died
PATIENCE: Final = 40.0  # seconds for all to finish
STARTED: Final = 0.3  # seconds from a worker's word that it is ready until it surely serves


class Ahead:
    """A clock that is ahead of the machine's: leases run out without anybody waiting for it."""

    def __init__(self, by: timedelta) -> None:
        self._by = by

    def now(self) -> datetime:
        return datetime.now(UTC) + self._by


class Stable:
    """So many workers, always. It alone kills them, so that no process id is ever somebody else's by then."""

    def __init__(self, number: int, port: int) -> None:
        self._settings = load_settings()
        logs.set_up(readable=self._settings.development)
        self._listener = serve.bind(HOST, port)
        self.address = serve.address_of(self._listener)
        self._told, self._tell = os.pipe()
        os.set_blocking(self._told, False)
        serve.look_once(self._settings)
        gc.collect()
        gc.freeze()
        self._starting = {self._fork() for _ in range(number)}
        self._ready: set[int] = set()

    def tend(self) -> None:
        """Replaces who has died, and sees who is ready."""
        while dead := _reaped()[0]:
            self._starting.discard(dead)
            self._ready.discard(dead)
            self._starting.add(self._fork())
        for pid in self._heard():
            if pid in self._starting:
                self._starting.remove(pid)
                self._ready.add(pid)

    def kill(self, *, everybody: bool) -> int:
        """How many. One that is starting is left alone: nobody could ask it anything."""
        victims = random.sample(sorted(self._ready), len(self._ready) if everybody else min(1, len(self._ready)))
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
            self._ready.remove(pid)
        return len(victims)

    def finish(self) -> bool:
        """Whether all of them ended well when they were told to, after they had started."""
        deadline = time.monotonic() + PATIENCE
        while self._starting and time.monotonic() < deadline:
            self.tend()
            time.sleep(MOMENT)
        time.sleep(STARTED)
        self._listener.close()
        waiting = self._starting | self._ready
        for pid in waiting:
            os.kill(pid, signal.SIGTERM)
        badly: list[int] = []
        while waiting and time.monotonic() < deadline:
            pid, status = _reaped()
            if pid in waiting:
                waiting.remove(pid)
                badly += [status] if status else []
            time.sleep(MOMENT)
        for pid in waiting:
            os.kill(pid, signal.SIGABRT)  # which has it tell where it is stuck
        say(f"{len(waiting)} did not end, others ended in {badly}", sys.stderr)
        return not badly and not waiting

    def _fork(self) -> int:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # or it could come while nobody listens
        pid = os.fork()
        if pid == 0:
            try:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
                random.seed()
                serve.work(self._settings, self._listener, self._say_ready)
                os._exit(0)
            except SystemExit:
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        return pid

    def _say_ready(self) -> None:
        os.write(self._tell, f"{os.getpid()} ".encode())

    def _heard(self) -> list[int]:
        try:
            return [int(pid) for pid in os.read(self._told, 65_536).split()]
        except BlockingIOError:
            return []


def _reaped() -> tuple[int, int]:
    """The id of a child that has ended, and how; zero where none has."""
    pid, status = os.waitpid(-1, os.WNOHANG)
    return pid, os.waitstatus_to_exitcode(status)


def main(number: int, port: int, ahead: float) -> int:
    serve.end_at_signals()
    faulthandler.enable()
    Container.clock.override(providers.Object(Ahead(timedelta(seconds=ahead))))
    stable = Stable(number, port)
    say(stable.address)
    while True:
        stable.tend()
        if not select.select([0], [], [], MOMENT)[0]:
            continue
        order = os.read(0, 1)
        if not order:
            return 0 if stable.finish() else 1
        os.write(1, b"k" * stable.kill(everybody=order == b"a") + b"\n")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
