"""The real server with its own supervisor: its workers are killed, and now and then all of it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Final, Self

from tests.harness.server import Server
from tests.torture.kill9.pack import WORKERS

SPAN: Final = (0.1, 1.0)  # seconds between two kills: who dies before it is ready is replaced after a pause
ALL_OF_IT: Final = 8  # one kill in so many is one of the server, which is then started again


class Supervised:
    """`lockstep serve --workers 2`."""

    def __init__(self, data_dir: Path, url: str | None) -> None:
        self._server = Server(data_dir, "--workers", str(WORKERS), database_url=url)
        self.base_url, self.port = self._server.base_url, self._server.port

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._server.running:
            self._server.kill()

    def kill_some(self, number: int, *, until: float) -> int:
        """As many as can be until that `time.monotonic`."""
        killed = 0
        while killed < number and time.monotonic() < until:
            time.sleep(random.uniform(*SPAN))  # noqa: S311 (chance, not a secret)
            workers = self.workers()
            if not random.randrange(ALL_OF_IT):  # noqa: S311
                self._server.kill()
                self._server.start()
                killed += 1
            elif workers:
                os.kill(random.choice(workers), signal.SIGKILL)  # noqa: S311
                killed += 1
        return killed

    def finish(self) -> None:
        status = self._server.stop()
        assert status == 0, f"the server ended with {status}: {self.log()}"

    def log(self) -> str:
        return self._server.tail()

    def workers(self) -> list[int]:
        """Of the supervisor's children those that serve."""
        columns = ["ps", "-A", "-ww", "-o", "pid=,ppid=,command="]
        rows = [row.split(None, 2) for row in subprocess.check_output(columns, text=True).splitlines()]
        ours = [row for row in rows if row[1:2] == [str(self._server.pid)]]
        return [int(pid) for pid, _, command in ours if "spawn_main" in command]
