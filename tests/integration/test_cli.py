"""The command line, run as a person or a machine runs it."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from queue import Queue
from threading import Thread
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.harness.client import Client, eur
from tests.harness.crowd import eventually
from tests.harness.server import PATIENCE, REPOSITORY, environment, lockstep

COMMANDS = {
    "adapters", "demo", "demo-data", "doctor", "invariants", "migrate", "openapi", "reconcile", "relay", "secrets",
    "serve", "sessions", "users",
}  # fmt: skip
SECRET = "a-password-that-must-not-be-shown"  # noqa: S105
UNSET: dict[str, str | None] = {"env": None, "ops_token": None, "login_attempts": None}


@pytest.fixture
def migrated(tmp_path: Path) -> Path:
    """A data directory with an empty shop in it."""
    assert lockstep("migrate", data_dir=tmp_path).returncode == 0
    return tmp_path


class Running:
    """A command that goes on until it is told to stop; its lines can be waited for."""

    def __init__(self, *arguments: str, data_dir: Path, **settings: str | None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "entrypoints.cli", *arguments],
            cwd=REPOSITORY,
            env=environment(data_dir, **settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._queue: Queue[str] = Queue()
        Thread(target=self._read, daemon=True).start()

    def line(self, pattern: str) -> re.Match[str]:
        """The first line that matches, once it has come."""
        while True:
            self.lines.append(self._queue.get(timeout=PATIENCE))
            if found := re.search(pattern, self.lines[-1]):
                return found

    def url(self) -> str:
        return self.line(r"listening on (http://\S+?)(,|$)")[1]

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._queue.put(line.rstrip("\n"))


@contextmanager
def running(*arguments: str, data_dir: Path, **settings: str | None) -> Iterator[Running]:
    command = Running(*arguments, data_dir=data_dir, **settings)
    try:
        yield command
    finally:
        if command.process.poll() is None:
            os.killpg(command.process.pid, signal.SIGKILL)
            command.process.wait()


def answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/readyz", trust_env=False, timeout=5).status_code == 200
    except httpx2.TransportError:
        return False


# --- Looking, and being told


def test_the_help_names_every_command(tmp_path: Path) -> None:
    asked, unasked = lockstep("--help", data_dir=tmp_path), lockstep(data_dir=tmp_path)

    named = set(re.findall(r"^  ([a-z][a-z-]+)  ", asked.stdout, re.MULTILINE))
    assert asked.returncode == 0 and named == COMMANDS
    assert unasked.returncode == 2


def test_the_version_is_that_of_the_distribution(tmp_path: Path) -> None:
    assert lockstep("--version", data_dir=tmp_path, **UNSET).stdout == f"lockstep {version('lockstep')}\n"


def test_a_secret_is_long_enough_and_never_the_same(tmp_path: Path) -> None:
    first, second = (lockstep("secrets", "generate", data_dir=tmp_path, **UNSET) for _ in range(2))

    assert first.stdout != second.stdout and len(first.stdout.strip()) >= 43
    settings = UNSET | {"session_secrets": first.stdout.strip(), "payment_gateway": "sandbox"}
    assert lockstep("migrate", data_dir=tmp_path, **settings).returncode == 0


def test_the_openapi_document_needs_no_settings_and_leaves_nothing_behind(tmp_path: Path) -> None:
    printed = lockstep("openapi", data_dir=tmp_path / "data", **UNSET)

    document = json.loads(printed.stdout)
    assert document["openapi"].startswith("3.1") and "/orders/" in document["paths"]
    assert "__Host-session" in {scheme.get("name") for scheme in document["components"]["securitySchemes"].values()}
    assert list(tmp_path.iterdir()) == []


def test_the_adapters_are_listed_with_what_they_cannot_do(tmp_path: Path) -> None:
    listed = lockstep("adapters", data_dir=tmp_path / "data", **UNSET)

    assert listed.returncode == 0
    for word in ("sqlite", "postgresql", "sandbox", "atomic, revocable, listable", "A copied cookie works until"):
        assert word in listed.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_finds_nothing_wrong_with_a_healthy_shop(migrated: Path) -> None:
    examined = lockstep("doctor", data_dir=migrated, session_store="cookie")

    assert examined.returncode == 0 and "FAILED" not in examined.stdout
    for word in ("Python 3", "package domain", "database, by sqlite", "A copied cookie works until"):
        assert word in examined.stdout


def test_the_doctor_finds_what_is_wrong(migrated: Path) -> None:
    lockstep("invariants", data_dir=migrated)
    (migrated / "session-secret").chmod(0o644)
    (migrated / "lockstep.db").write_bytes(b"Dear diary")

    sick = lockstep("doctor", data_dir=migrated, ops_token="short")  # noqa: S106 (opens nothing)
    confused = lockstep("doctor", data_dir=migrated, group_commit="many", session_store="shoebox")

    assert sick.returncode == confused.returncode == 1 and "Traceback" not in sick.stderr + confused.stderr
    failed = [line for line in sick.stdout.splitlines() if line.startswith("FAILED")]
    assert [any(word in line for line in failed) for word in ("chmod 600", "lockstep.db")] == [True, True]
    assert "less than 32 characters" in sick.stdout
    for variable in ("LOCKSTEP_GROUP_COMMIT", "LOCKSTEP_SESSION_STORE"):
        assert f"FAILED  {variable}" in confused.stdout


def test_a_doctor_migrates_nothing(tmp_path: Path) -> None:
    production: dict[str, str | None] = {"env": None, "session_secrets": "x" * 32, "payment_gateway": "sandbox"}

    at_home = lockstep("doctor", data_dir=tmp_path)
    at_work = lockstep("doctor", data_dir=tmp_path, **production)

    assert at_home.returncode == 0 and "the next start migrates it" in at_home.stdout
    assert at_work.returncode == 1 and "run `lockstep migrate`" in at_work.stdout
    assert not (tmp_path / "lockstep.db").exists()


# --- Keeping order


def test_migrating_again_changes_nothing(migrated: Path) -> None:
    again = lockstep("migrate", data_dir=migrated)

    assert again.returncode == 0 and again.stdout == "the database is up to date\n" and again.stderr == ""


def test_a_shop_in_order_says_so(migrated: Path) -> None:
    said = [lockstep(*words, data_dir=migrated).stdout for words in (
        ["reconcile"], ["relay", "--once"], ["sessions", "clear-expired"],
    )]  # fmt: skip
    laws = lockstep("invariants", data_dir=migrated)

    assert said == ["0 resolved, 0 still pending\n", "0 delivered\n", "0 cleared\n"]
    assert laws.returncode == 0
    assert [line.split() for line in laws.stdout.splitlines()] == [[f"L{number}", "holds"] for number in range(1, 13)]


def test_a_broken_law_is_an_exit_status(migrated: Path) -> None:
    lockstep("demo-data", data_dir=migrated)
    with closing(sqlite3.connect(migrated / "lockstep.db")) as database, database:
        database.execute("UPDATE accounts SET balance = balance + 1 WHERE balance > 0")

    laws = lockstep("invariants", data_dir=migrated)

    assert laws.returncode == 1 and re.search(r"^L2 +violated: 1$", laws.stdout, re.MULTILINE)


def test_the_relay_goes_on_until_it_is_told_to_stop(migrated: Path) -> None:
    assert lockstep("demo-data", data_dir=migrated).returncode == 0

    with running("relay", data_dir=migrated) as relay:
        relay.line("UserRegistered")
        assert relay.end() == 0

    assert lockstep("relay", "--once", data_dir=migrated).stdout == "0 delivered\n"


@pytest.mark.parametrize(
    ("email", "status", "words"), [("nobody", 2, "email takes"), ("a@example.com", 1, "no such user")]
)
def test_a_role_is_for_somebody_there_is(migrated: Path, email: str, status: int, words: str) -> None:
    refused = lockstep("users", "grant-staff", email, data_dir=migrated)

    assert refused.returncode == status and words in refused.stderr and "Traceback" not in refused.stderr


@pytest.mark.parametrize("command", ["invariants", "reconcile", "demo-data"])
def test_without_a_schema_production_names_the_command_to_run(tmp_path: Path, command: str) -> None:
    settings: dict[str, str | None] = {"env": None, "session_secrets": "x" * 32, "payment_gateway": "sandbox"}

    refused = lockstep(command, data_dir=tmp_path, **settings)

    assert refused.returncode == 2 and len(refused.stderr.splitlines()) == 1
    assert ("lockstep migrate" if command != "demo-data" else "LOCKSTEP_ENV") in refused.stderr


# --- The demo


def test_the_demo_can_be_tried_as_it_says_and_started_again(tmp_path: Path) -> None:
    with running("demo", "--port", "0", data_dir=tmp_path) as demo:
        url = demo.url()
        email, password = _credentials(demo.lines, "a customer")
        with Client(url) as ada:
            assert ada.log_in(email, password).status_code == 201
            assert ada.order("mug", 2).status_code == 201
            assert ada.get("/accounts/").json()["data"][0]["balance"] == eur(10_000)
        assert any("curl" in line and url in line for line in demo.lines)
        assert sum(bool(re.search(r"\.\.\. \d+\.\d s$", line)) for line in demo.lines) == 2
        assert demo.end() == 0

    with running("demo", "--port", "0", data_dir=tmp_path) as demo, Client(demo.url()) as ada:
        assert ada.log_in(email, password).status_code == 201
        assert len(ada.get("/orders/").json()["data"]) == 1
        assert ada.get("/products/mug").json()["available"] == 98
        assert ada.get("/accounts/").json()["data"][0]["balance"] == eur(10_000)
        ada.log_in(*_credentials(demo.lines, "the staff"))
        assert ada.get("/ops/invariants").json()["ok"] is True
        assert demo.end(signal.SIGINT) == 0


def _credentials(lines: list[str], who: str) -> tuple[str, str]:
    email, password, *_ = next(line for line in lines if who in line).split()
    return email, password


def test_the_demo_is_not_for_production(tmp_path: Path) -> None:
    refused = lockstep("demo", data_dir=tmp_path, env=None, session_secrets="x" * 32, payment_gateway="sandbox")

    assert refused.returncode == 2 and "LOCKSTEP_ENV" in refused.stderr
    assert list(tmp_path.iterdir()) == []


# --- A proxy before it


@pytest.mark.parametrize(
    ("proxies", "seen"), [("127.0.0.0/8", "192.0.2.7"), ("10.0.0.0/8", "127.0.0.1"), (None, "127.0.0.1")]
)
def test_a_proxy_is_believed_only_where_it_is_trusted(tmp_path: Path, proxies: str | None, seen: str) -> None:
    with running("serve", "--port", "0", data_dir=tmp_path, trusted_proxies=proxies) as server:
        with Client(server.url(), headers={"X-Forwarded-For": "203.0.113.9, 192.0.2.7"}) as ada:
            ada.sign_up("Ada", "ada@example.com", "a-long-and-uncommon-phrase").raise_for_status()
            ada.log_in("ada@example.com", "a-long-and-uncommon-phrase").raise_for_status()

            (session,) = ada.get("/sessions").json()["data"]

        assert session["ip"] == seen
        assert server.end() == 0


# --- PostgreSQL


def test_an_unreachable_server_is_waited_for(tmp_path: Path) -> None:
    url = f"postgresql://ada:{SECRET}@127.0.0.1:9/shop"  # the discard port: nobody is there
    with running("serve", "--port", "0", data_dir=tmp_path, database_url=url) as server:
        base = server.url()
        for _ in range(2):
            server.line("the database cannot be reached")

        live, ready = (httpx2.get(f"{base}{path}", trust_env=False) for path in ("/livez", "/readyz"))

        assert live.status_code == 200 and ready.status_code == 503
        assert server.end() == 0
    assert not any(SECRET in line or "Traceback" in line for line in server.lines)


def test_a_server_that_says_nothing_is_waited_for_by_one_that_lives(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"postgresql://ada:{SECRET}@127.0.0.1:{mute.getsockname()[1]}/shop"
        with running("serve", "--port", "0", data_dir=tmp_path, database_url=url) as server:
            server.line("the database does not answer")
            base = server.url()

            live, ready = (httpx2.get(f"{base}{path}", trust_env=False, timeout=15) for path in ("/livez", "/readyz"))

            assert live.status_code == 200 and ready.status_code == 503
            assert server.end() == 0


@pytest.mark.parametrize("command", ["serve", "migrate", "invariants"])
def test_a_refused_log_in_is_final(tmp_path: Path, postgres: str, command: str) -> None:
    address = urlsplit(postgres)
    url = f"postgresql://nobody:{SECRET}@{address.hostname}:{address.port}/nowhere"
    options = ["--port", "0"] if command == "serve" else []

    refused = lockstep(command, *options, data_dir=tmp_path, database_url=url)

    assert refused.returncode == 2 and len(refused.stderr.splitlines()) == 1
    assert refused.stderr.startswith("LOCKSTEP_DATABASE_URL") and SECRET not in refused.stderr


@pytest.mark.parametrize("wrong", ["sslmode=bogus", "bogus=1"])
@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_an_address_that_can_never_work_is_final(tmp_path: Path, command: str, wrong: str) -> None:
    url = f"postgresql://ada:{SECRET}@127.0.0.1:9/shop?{wrong}"

    refused = lockstep(command, data_dir=tmp_path, database_url=url)

    assert refused.returncode == 2 and len(refused.stderr.splitlines()) == 1
    assert refused.stderr.startswith("LOCKSTEP_DATABASE_URL") and "bogus" in refused.stderr
    assert SECRET not in refused.stderr


def test_several_workers_share_a_server(tmp_path: Path, postgres_url: str) -> None:
    options = ["--port", "0", "--workers", "2"]
    with running("serve", *options, data_dir=tmp_path, database_url=postgres_url) as server:
        url = server.url()
        eventually(lambda: answers(url))
        with Client(url) as ada:
            assert ada.sign_up("Ada", "ada@example.com", "a-long-and-uncommon-phrase").status_code == 201
            assert all(
                Client(url).log_in("ada@example.com", "a-long-and-uncommon-phrase").status_code == 201 for _ in range(4)
            )
        assert server.end() == 0


# --- Several workers


def test_a_dead_worker_is_replaced_and_all_end_together(tmp_path: Path) -> None:
    with running("serve", "--port", "0", "--workers", "2", data_dir=tmp_path) as server:
        url = server.url()
        eventually(lambda: answers(url))
        first = eventually(lambda: found if len(found := workers_of(server)) == 2 else None)
        assert first is not None

        os.kill(min(first), signal.SIGKILL)

        eventually(lambda: len(now := workers_of(server)) == 2 and now != first)
        eventually(lambda: answers(url))
        server.line("a worker died")
        assert server.end() == 0
        assert workers_of(server) == set()


def test_workers_do_not_outlive_who_started_them(tmp_path: Path) -> None:
    with running("serve", "--port", "0", "--workers", "2", data_dir=tmp_path) as server:
        url = server.url()
        eventually(lambda: answers(url))

        server.end(signal.SIGKILL)

        eventually(lambda: not workers_of(server))


def test_a_ctrl_c_reaches_everybody_and_all_end_well(tmp_path: Path) -> None:
    with running("serve", "--port", "0", "--workers", "2", data_dir=tmp_path) as server:
        url = server.url()
        eventually(lambda: answers(url))

        os.killpg(server.process.pid, signal.SIGINT)

        assert server.process.wait(PATIENCE) == 0
        assert not any("Traceback" in line for line in server.lines)


@pytest.mark.parametrize("settings", [{"database_url": "memory://"}, {"session_store": "memory"}])
def test_what_is_in_memory_is_not_served_by_several(tmp_path: Path, settings: dict[str, str]) -> None:
    (variable,) = settings

    refused = lockstep("serve", "--port", "0", "--workers", "2", data_dir=tmp_path, **settings)

    assert refused.returncode == 2 and f"LOCKSTEP_{variable.upper()}" in refused.stderr


@pytest.mark.parametrize("store", ["memory://", None])
def test_a_free_port_is_announced(tmp_path: Path, store: str | None) -> None:
    with running("serve", "--port", "0", data_dir=tmp_path, database_url=store) as server:
        url = server.url()

        assert answers(url)
        assert server.end() == 0


def workers_of(server: Running) -> set[int]:
    """The processes of its group that serve: all but the one that was started, and Python's resource tracker."""
    found: set[int] = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            arguments, status = (folder / "cmdline").read_text(), (folder / "stat").read_text()
        except OSError:  # gone meanwhile
            continue
        state, _, group = status.rpartition(")")[2].split()[:3]
        if int(group) == server.process.pid and "spawn_main" in arguments and state != "Z":
            found.add(int(folder.name))
    return found
