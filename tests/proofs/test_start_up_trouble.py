"""A PostgreSQL that is away, closed to us, behind or ahead when the server starts."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import psycopg
import pytest

from tests.harness.crowd import eventually
from tests.harness.postgres import fresh_database
from tests.harness.problems import assert_problem
from tests.harness.seeding import SECRET
from tests.harness.server import HOST, Server, free_port, lockstep
from tests.harness.site import address_of, through
from tests.harness.tcp_proxy import TcpProxy

PRODUCTION = {"env": None, "session_secrets": SECRET, "payment_gateway": "sandbox"}


@pytest.fixture
def url(postgres: str) -> Iterator[str]:
    """Of a database that has nothing in it."""
    with fresh_database() as url:
        yield url


def serve(data_dir: Path, url: str) -> subprocess.CompletedProcess[str]:
    return lockstep("serve", "--host", HOST, "--port", str(free_port()), data_dir=data_dir, database_url=url)


@contextmanager
def living(data_dir: Path, **settings: str | None) -> Iterator[Server]:
    """A server that answers, whether or not it is ready. It ends well."""
    server = Server(data_dir, **settings)
    server.launch()
    try:
        server.wait_for("/livez")
        yield server
        assert server.stop() == 0
    finally:
        if server.running:
            server.kill()
    assert "Traceback" not in server.log.read_text()


def get(server: Server, path: str) -> httpx2.Response:
    return httpx2.get(f"{server.base_url}{path}", trust_env=False, timeout=10)


def test_a_database_that_is_away_is_tried_again_with_a_line_for_each_attempt(tmp_path: Path, url: str):
    wire = TcpProxy(*address_of(url))

    def attempts() -> int:
        return server.log.read_text().count("the database cannot be reached")

    with living(tmp_path / "data", database_url=through(url, wire.port)) as server:
        assert_problem(get(server, "/readyz"), 503, "unavailable")
        assert_problem(get(server, "/products/"), 503, "unavailable")
        eventually(lambda: attempts() >= 3)
        assert len(server.log.read_text().splitlines()) <= attempts() + 5, server.tail()
        with wire:
            server.wait_for("/readyz")
            assert get(server, "/products/").status_code == 200


@pytest.mark.parametrize("wrong", ["user", "database"])
def test_whoever_is_not_let_in_is_told_so_in_one_line(tmp_path: Path, url: str, wrong: str):
    parts = urlsplit(url)
    if wrong == "user":
        netloc = f"nobody-of-ours:not-the-password@{parts.hostname}:{parts.port}"
        parts = parts._replace(netloc=netloc)
    else:
        parts = parts._replace(path="/no-such-database")

    ended = serve(tmp_path, parts.geturl())

    (line,) = ended.stderr.strip().splitlines()
    assert ended.returncode == 2 and "LOCKSTEP_DATABASE_URL" in line
    assert "not-the-password" not in line and (parts.password or "-") not in line


def test_a_schema_that_is_behind_is_named_with_what_mends_it(tmp_path: Path, url: str):
    settings = {"database_url": url, **PRODUCTION}
    with living(tmp_path / "data", **settings) as server:
        assert "`lockstep migrate`" in assert_problem(get(server, "/readyz"), 503, "unavailable")["detail"]

        assert lockstep("migrate", data_dir=tmp_path / "data", **settings).returncode == 0
        server.wait_for("/readyz")


def test_a_schema_that_is_ahead_is_left_alone(tmp_path: Path, url: str):
    assert lockstep("migrate", data_dir=tmp_path, database_url=url).returncode == 0
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'ffffffffffff'")

    ended = serve(tmp_path, url)

    (line,) = ended.stderr.strip().splitlines()
    assert ended.returncode == 2 and "newer" in line
