"""A disk that can be filled: a server's own small file system where we may mount one, else a limit on its files."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final, Protocol

import pytest

from tests.harness import server
from tests.harness.server import Server

SIZE: Final = "8m"
SHORT: Final = 32 * 1024  # bytes; longer than the server's log, shorter than what an order writes
CHUNK: Final = 4096
MOUNT: Final = 'mount -t tmpfs -o size="$1" tmpfs "$2" && shift 2 && exec "$@"'


class Disk(Protocol):
    """What a server keeps its data on."""

    def fill(self) -> None:
        """Not a byte is left. A database that gives some back of its own accord has to be filled again."""
        ...

    def free(self) -> None:
        """There is room again."""
        ...


class SmallFileSystem:
    """The server's own, which nobody else sees and which goes with it."""

    def __init__(self, of: Server) -> None:
        self._ballast = Path(f"/proc/{of.pid}/root") / of.data_dir.relative_to("/") / "ballast"

    def fill(self) -> None:
        with self._ballast.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * CHUNK)
            except OSError:
                return

    def free(self) -> None:
        self._ballast.unlink()


class ShortFiles:
    """No file of the server may grow beyond a few pages."""

    def __init__(self, of: Server) -> None:
        self._pid = of.pid

    def fill(self) -> None:
        self._limit(SHORT)

    def free(self) -> None:
        _, hard = resource.prlimit(self._pid, resource.RLIMIT_FSIZE)
        self._limit(hard)

    def _limit(self, size: int) -> None:
        _, hard = resource.prlimit(self._pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self._pid, resource.RLIMIT_FSIZE, (size, hard))


@contextmanager
def mounting(data_dir: Path) -> Iterator[None]:
    """Servers that are started meanwhile have a file system of their own at the path."""
    data_dir.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "COMMAND", (*_mounted(data_dir), *server.COMMAND))
        yield


@cache
def can_mount() -> bool:
    """As root, and where the system lets anybody have a namespace."""
    command = (*_mounted(Path("/proc")), "true")
    return (
        shutil.which("unshare") is not None and not subprocess.run(command, capture_output=True, check=False).returncode
    )


def _mounted(path: Path) -> tuple[str, ...]:
    who = () if os.geteuid() == 0 else ("--map-root-user",)
    return ("unshare", *who, "--mount", "sh", "-c", MOUNT, "sh", SIZE, str(path))
