"""The workers as the proof holds them: started, killed at random, told to finish."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

from tests.harness.server import REPOSITORY, environment

WORKERS: Final = 2
SPAN: Final = (0.03, 0.3)  # seconds between two kills
ALL_AT_ONCE: Final = 25  # one kill in so many is one of everybody
PATIENCE: Final = 60.0  # seconds for all of them to end


class Pack:
    """Two workers on one socket and one database. `ahead` is how many seconds their clock is."""

    def __init__(self, data_dir: Path, url: str | None, *, port: int = 0, ahead: int = 0) -> None:
        self._log = (data_dir.with_name(f"{data_dir.name}.log")).open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.kill9.stable", str(WORKERS), str(port), str(ahead)],
            cwd=REPOSITORY,
            env=environment(data_dir, database_url=url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,
        )
        self.base_url = self._said()
        assert self.base_url, f"the workers did not start: {self.log()}"
        self.port = urlsplit(self.base_url).port or 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Whatever is left of them is gone after this."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)
        self._log.close()

    def kill_some(self, number: int, *, until: float) -> int:
        """Kills so many, one by one and now and then both at once, or as many as can be until that `time.monotonic`."""
        killed = 0
        while killed < number and time.monotonic() < until:
            time.sleep(random.uniform(*SPAN))  # noqa: S311 (chance, not a secret)
            killed += self._order(b"k" if random.randrange(ALL_AT_ONCE) else b"a")  # noqa: S311
        return killed

    def finish(self) -> None:
        """All of them end well, with everything answered, and nothing has ever crashed."""
        assert self._process.stdin
        self._process.stdin.close()
        status = self._process.wait(PATIENCE)
        assert status == 0 and "Traceback" not in self.log(), f"the workers did not end well: {self.log()}"

    def log(self) -> str:
        """The first crash in it, if there was one, else its end."""
        whole = Path(self._log.name).read_text(errors="replace")
        _, crash, story = whole.partition("Traceback")
        return f"{crash}{story}"[:4000] if crash else whole[-4000:]

    def _order(self, order: bytes) -> int:
        assert self._process.stdin
        self._process.stdin.write(order)
        self._process.stdin.flush()
        said = self._said()
        assert set(said) <= {"k"}, said
        return len(said)

    def _said(self) -> str:
        out = self._process.stdout
        assert out and select.select([out], [], [], PATIENCE)[0], f"the workers say nothing: {self.log()}"
        return out.readline().decode().strip()
