"""A server process: started with a log, waited for, asked what it used, and ended by its own handle."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

ROOT = Path(__file__).parent.parent


class NotReady(Exception):
    """The server ended, or did not answer in time; carries the end of its log."""


FAILURES = (NotReady, subprocess.SubprocessError)
"""Of one measurement, after which the others can go on."""


@dataclass(frozen=True)
class Served:
    """A running server and the processes below it."""

    process: subprocess.Popen[bytes]
    log: Path

    def wait_for(self, port: int, path: str, seconds: float = 60) -> None:
        """Until `path` answers 200. Raises `NotReady`; the server is stopped then, and if the wait is broken off."""
        try:
            self.until_it_answers(port, path, seconds)
        except BaseException:
            self.stop()
            raise

    def until_it_answers(self, port: int, path: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            if answers(port, path):
                return
            time.sleep(0.05)
        raise NotReady(self.log.read_text()[-2000:] or f"{path} did not answer 200 in {seconds:.0f} s")

    def cpu_seconds(self) -> float:
        """Of the process and everything below it, in user and kernel mode; Linux only."""
        ticks = sum(int(fields[11]) + int(fields[12]) for fields in self.stats())
        return ticks / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self) -> int:
        return sum(int(fields[21]) for fields in self.stats()) * os.sysconf("SC_PAGE_SIZE")

    def stats(self) -> Iterator[list[str]]:
        """proc(5)'s fields from the third on, of this process and its descendants."""
        everyone = {int(path.name): fields for path in Path("/proc").glob("[0-9]*") if (fields := stat(path))}
        ours = {self.process.pid}
        for pid in sorted(everyone):
            if pid in ours or int(everyone[pid][1]) in ours:
                ours.add(pid)
                yield everyone[pid]

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def serve(command: list[str], log: Path, environment: Mapping[str, str]) -> Served:
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=file, env={**os.environ, **environment})
    return Served(process, log)


def answers(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def stat(process: Path) -> list[str] | None:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
