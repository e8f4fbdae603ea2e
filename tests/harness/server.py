"""A real server process: started, stopped, killed, and started again on the same data."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import httpx2

REPOSITORY = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "entrypoints.cli")
OPS_TOKEN = "the-ops-token-of-the-test-suite-0123456789"  # noqa: S105 (opens nothing but a test server)
TRUSTED_ORIGIN = "https://till.example"
HOST = "127.0.0.1"
PATIENCE = 60.0  # seconds; enough for a machine that is busy with other things

DEFAULTS: Mapping[str, str | None] = {
    "env": "development",
    "ops_token": OPS_TOKEN,
    "login_attempts": "1000/minute",
    "trusted_origins": TRUSTED_ORIGIN,
}


class ServerFailed(Exception):
    """The process ended, or did not answer in time; carries the end of its log."""


def environment(data_dir: Path, **settings: str | None) -> dict[str, str]:
    """What a Lockstep process sees: the caller's own LOCKSTEP_* never leak in; `None` leaves a setting out."""
    chosen = {**DEFAULTS, "data_dir": str(data_dir), **settings}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LOCKSTEP_")}
    return inherited | {f"LOCKSTEP_{name.upper()}": value for name, value in chosen.items() if value is not None}


def lockstep(*arguments: str, data_dir: Path, **settings: str | None) -> subprocess.CompletedProcess[str]:
    """One run of the command line, to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=REPOSITORY,
        env=environment(data_dir, **settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def free_port() -> int:
    """A port nobody listens on, below the range from which the kernel hands out client ports."""
    while True:
        port = random.randrange(20_000, 32_000)  # noqa: S311 (luck, not a secret)
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port


class Server:
    """One `lockstep serve` with a data directory that outlives it. Settings are named without their prefix."""

    def __init__(self, data_dir: Path, *options: str, **settings: str | None) -> None:
        self.data_dir = data_dir
        self.settings = settings
        self.port = free_port()
        self.base_url = f"http://{HOST}:{self.port}"
        self.log = data_dir.with_name(f"{data_dir.name}.log")
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.running:
            self.stop()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of the parent, where there are several workers. Raises `ServerFailed` before the first start."""
        return self._started().pid

    def start(self) -> Self:
        """Returns once `/readyz` answers 200. Raises `ServerFailed`."""
        self.launch()
        try:
            self.wait_for("/readyz")
        except ServerFailed:
            self.kill()
            raise
        return self

    def launch(self) -> None:
        """Returns as soon as the process exists."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*COMMAND, "serve", "--host", HOST, "--port", str(self.port), *self._options],
                cwd=REPOSITORY,
                env=environment(self.data_dir, **self.settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that kill() takes the workers along
            )

    def wait_for(self, path: str) -> None:
        """Until `path` answers 200. Raises `ServerFailed`."""
        deadline = time.monotonic() + PATIENCE
        with httpx2.Client(base_url=self.base_url, trust_env=False, timeout=2) as client:
            while self.running and time.monotonic() < deadline:
                if _is_well(client, path):
                    return
                time.sleep(0.05)
        raise ServerFailed(f"no 200 from {path}; exit status {self._started().poll()}; the log ends:\n{self.tail()}")

    def stop(self) -> int:
        """Ask for a graceful end, and return the exit status. Raises `ServerFailed` when none comes."""
        self.signal_the_end()
        return self.wait()

    def signal_the_end(self) -> None:
        self._started().send_signal(signal.SIGTERM)

    def wait(self) -> int:
        """The exit status, once there is one. Raises `ServerFailed`."""
        try:
            return self._started().wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise ServerFailed(f"still running after {PATIENCE} s; the log ends:\n{self.tail()}") from None

    def kill(self) -> None:
        """SIGKILL, the workers included: nothing gets to clean up."""
        if self.running:
            os.killpg(self.pid, signal.SIGKILL)
            self._started().wait(PATIENCE)

    def restart(self) -> Self:
        """Start again, on the same data and the same port."""
        if self.running:
            self.stop()
        return self.start()

    def tail(self, lines: int = 40) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise ServerFailed("never started")
        return self._process


def _is_well(client: httpx2.Client, path: str) -> bool:
    try:
        return client.get(path).status_code == 200
    except httpx2.TransportError:  # not listening yet
        return False
