"""A PostgreSQL and a Redis for whoever asks. A run without PostgreSQL, or without Redis, says so in its last line."""

import os
import sys
from collections.abc import Iterator
from typing import NoReturn
from urllib.parse import urlsplit

import pytest
from redis import Redis

pytest.register_assert_rewrite("adapters.conformance")

from tests.harness import postgres, redis  # noqa: E402
from tests.harness.tcp_proxy import TcpProxy  # noqa: E402

MISSING = (postgres.MISSING, redis.MISSING)
NOT_RUN = pytest.StashKey[dict[str, int]]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config):
    reports = [report for how in ("skipped", "error") for report in terminalreporter.stats.get(how, [])]
    config.stash[NOT_RUN] = {missing: sum(missing in str(report.longrepr) for report in reports) for missing in MISSING}


def pytest_unconfigure(config: pytest.Config):
    told = [
        f"{missing}, so {not_run} tests were not run"
        for missing, not_run in config.stash.get(NOT_RUN, {}).items()
        if not_run
    ]
    if told:
        sys.stdout.write("; ".join(told) + "\n")


def do_without(missing: Exception) -> NoReturn:
    """Passes a test over where somebody tries something at home; CI has everything, or fails."""
    if os.environ.get("CI"):
        pytest.fail(str(missing), pytrace=False)
    pytest.skip(str(missing))


@pytest.fixture(name="postgres", scope="session")
def postgres_server() -> str:
    """The URL of a server's maintenance database."""
    try:
        return postgres.server_url()
    except postgres.PostgresMissing as missing:
        do_without(missing)


@pytest.fixture(scope="session")
def redis_database() -> Iterator[str]:
    """The URL of a database that a whole worker uses, test after test."""
    try:
        with redis.redis_server() as url:
            yield url
    except redis.RedisMissing as missing:
        do_without(missing)


@pytest.fixture
def redis_url(redis_database: str) -> str:
    """A database that holds nothing; nobody else uses it meanwhile."""
    with Redis.from_url(redis_database) as client:
        client.flushdb()
    return redis_database


@pytest.fixture
def redis_wire(redis_url: str) -> Iterator[TcpProxy]:
    """The way to Redis, which can be cut."""
    parts = urlsplit(redis_url)
    assert parts.hostname
    with TcpProxy(parts.hostname, parts.port or 6379) as wire:
        yield wire
