"""The durable sandbox: certified, and what it keeps through restarts, kills and company."""

import asyncio
import multiprocessing
import os
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from adapters.conformance.gateway import PRICE, GatewayContract, OpenGateway
from adapters.payments.sandbox import SandboxGateway
from service_layer.ports.errors import GatewayTimeout, GatewayUnreachable
from service_layer.ports.gateway import Charge, ChargeStatus
from tests.harness.crowd import eventually

CALLERS = 50
GOOD = "pm_card_visa"


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@contextmanager
def sandbox(path: Path) -> Iterator[SandboxGateway]:
    gateway = SandboxGateway(path, clock=SystemClock(), timeout_after=0.01, slow_seconds=0.05)
    try:
        yield gateway
    finally:
        gateway.close()


def charges(path: Path) -> list[Charge]:
    with sandbox(path) as gateway:
        return asyncio.run(gateway.charges())


def authorize(gateway: SandboxGateway, key: str, token: str = GOOD, timeout: float = 5) -> Charge:
    return asyncio.run(gateway.authorize(key, token, PRICE, timeout=timeout))


def a_crowd_pays(path: Path, notes: Path, each: int) -> None:
    """The work of a process: every caller pays in turn, and notes each key as soon as it is answered."""

    async def pay(gateway: SandboxGateway, caller: int, pen: int) -> None:
        for number in range(each):
            charge = await gateway.authorize(f"{caller}-{number}", GOOD, PRICE, timeout=30)
            os.write(pen, f"{charge.key}\n".encode())

    async def all_pay(gateway: SandboxGateway, pen: int) -> None:
        await asyncio.gather(*(pay(gateway, caller, pen) for caller in range(CALLERS)))

    with sandbox(path) as gateway:
        asyncio.run(all_pay(gateway, os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT)))


def answered(notes: Path) -> list[str]:
    return notes.read_text().split()


def has_grown_to(notes: Path, enough: int) -> bool:
    return len(answered(notes)) >= enough


def pay_and_die(path: Path) -> None:
    """The work of a process that is gone the moment it has its answer."""
    with sandbox(path) as gateway:
        authorize(gateway, "last-words")
        os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def another_process(work: Callable[..., None], *arguments: object) -> Iterator[BaseProcess]:
    process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


@contextmanager
def nobody_else_writes(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("ROLLBACK")


def written_pages(path: Path) -> int:
    """How many pages the write-ahead log has taken so far."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sandbox.db"


class TestSandboxGateway(GatewayContract):
    @pytest.fixture
    def open_gateway(self, path: Path) -> OpenGateway:
        @asynccontextmanager
        async def opened() -> AsyncIterator[SandboxGateway]:
            with sandbox(path) as gateway:
                yield gateway

        return opened


def test_the_charges_are_listed_in_the_order_in_which_they_were_made(path: Path) -> None:
    with sandbox(path) as gateway:
        asyncio.run(gateway.void("spent", timeout=5))
        for key in ("zebra", "ape", "newt"):
            authorize(gateway, key)
        asyncio.run(gateway.capture("zebra", timeout=5))
        authorize(gateway, "toad", "pm_card_chargeDeclined")
        authorize(gateway, "spent")

    assert [(charge.key, charge.status.value, charge.decline_code) for charge in charges(path)] == [
        ("zebra", "captured", None),
        ("ape", "authorized", None),
        ("newt", "authorized", None),
        ("toad", "declined", "generic_decline"),
        ("spent", "declined", "voided"),
    ]


def test_a_restart_forgets_nothing(path: Path) -> None:
    with sandbox(path) as gateway:
        before = [authorize(gateway, "good"), authorize(gateway, "bad", "pm_card_chargeDeclined")]
        asyncio.run(gateway.void("spent", timeout=5))

    with sandbox(path) as gateway:
        assert asyncio.run(gateway.charges()) == before
        assert [authorize(gateway, "good"), authorize(gateway, "bad", "pm_card_chargeDeclined")] == before
        assert authorize(gateway, "spent").decline_code == "voided"


def test_a_charge_once_answered_survives_a_kill(path: Path) -> None:
    with another_process(pay_and_die, path) as process:
        process.join(30)
        assert process.exitcode == -signal.SIGKILL

    assert [charge.key for charge in charges(path)] == ["last-words"]


def test_kills_under_load_lose_no_answered_charge_and_double_none(path: Path, tmp_path: Path) -> None:
    notes = tmp_path / "answered"
    notes.touch()
    for _ in range(3):
        enough = len(answered(notes)) + 100 * CALLERS
        with another_process(a_crowd_pays, path, notes, 10_000):
            eventually(partial(has_grown_to, notes, enough), within=60)

        listed = Counter(charge.key for charge in charges(path))
        assert set(answered(notes)) <= listed.keys()
        assert set(listed.values()) == {1}


def test_processes_that_share_the_file_make_one_charge_for_each_key(path: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        shared = (a_crowd_pays, path, tmp_path / "answered", 20)
        processes = [stack.enter_context(another_process(*shared)) for _ in range(3)]
        for process in processes:
            process.join(60)
        assert [process.exitcode for process in processes] == [0, 0, 0]

    asked = Counter(answered(tmp_path / "answered"))
    assert set(asked.values()) == {3} and len(asked) == 20 * CALLERS
    assert sorted(charge.key for charge in charges(path)) == sorted(asked)


def test_opening_waits_for_another_who_is_at_it(path: Path) -> None:
    with ThreadPoolExecutor(1) as threads:
        with nobody_else_writes(path):
            opened = threads.submit(charges, path)
            time.sleep(0.1)

        assert opened.result(timeout=10) == []


def test_event_loops_in_many_threads_share_one_gateway(path: Path) -> None:
    with sandbox(path) as gateway, ThreadPoolExecutor(16) as threads:
        with nobody_else_writes(path):
            asked = [threads.submit(authorize, gateway, "k", timeout=20) for _ in range(16)]
            time.sleep(0.2)
        answers = {answer.result(timeout=10) for answer in asked}

    assert answers == set(charges(path)) and len(answers) == 1


def test_those_who_wait_together_share_a_commit(path: Path) -> None:
    async def all_pay(gateway: SandboxGateway) -> list[Charge]:
        with nobody_else_writes(path):
            waiting = [asyncio.create_task(gateway.authorize(f"k-{n}", GOOD, PRICE, timeout=5)) for n in range(CALLERS)]
            await asyncio.sleep(0.05)
        return await asyncio.gather(*waiting)

    with sandbox(path) as gateway:
        before = written_pages(path)
        assert len(asyncio.run(all_pay(gateway))) == CALLERS
        assert written_pages(path) - before < CALLERS


@pytest.mark.parametrize("token", [GOOD, "pm_sandbox_slow", "pm_sandbox_timeout_charged"])
def test_who_stops_waiting_is_charged_all_the_same_and_holds_up_nobody(path: Path, token: str) -> None:
    async def pay_before_and_after_one_who_leaves(gateway: SandboxGateway) -> None:
        with nobody_else_writes(path):
            before, leaves, after = (
                asyncio.create_task(gateway.authorize(key, token, PRICE, timeout=patience))
                for key, token, patience in [("before", GOOD, 20), ("leaves", token, 0.05), ("after", GOOD, 20)]
            )
            with pytest.raises(GatewayTimeout):
                await leaves
        await asyncio.wait_for(asyncio.gather(before, after), 10)
        while await gateway.lookup("leaves", timeout=5) is None:  # noqa: ASYNC110 (the port offers no event)
            await asyncio.sleep(0.01)

    with sandbox(path) as gateway:
        asyncio.run(asyncio.wait_for(pay_before_and_after_one_who_leaves(gateway), 20))


def test_whose_event_loop_has_ended_is_charged_all_the_same(path: Path) -> None:
    with sandbox(path) as gateway:
        with nobody_else_writes(path), pytest.raises(GatewayTimeout):
            authorize(gateway, "k", timeout=0.05)

        eventually(lambda: asyncio.run(gateway.lookup("k", timeout=5)))


def test_records_that_fail_leave_the_answer_open_and_the_gateway_alive(path: Path) -> None:
    with sandbox(path) as gateway:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("ALTER TABLE charges RENAME TO mislaid")
        with pytest.raises(GatewayTimeout):
            authorize(gateway, "k")
        with pytest.raises(GatewayUnreachable):
            asyncio.run(gateway.charges())

        with closing(sqlite3.connect(path)) as connection:
            connection.execute("ALTER TABLE mislaid RENAME TO charges")
        assert authorize(gateway, "k").status is ChargeStatus.AUTHORIZED


def test_the_card_s_token_is_nowhere_in_the_file(path: Path) -> None:
    with sandbox(path) as gateway:
        authorize(gateway, "k", "pm_4242424242424242")

        kept = b"".join(file.read_bytes() for file in path.parent.iterdir())
        assert b"invalid_token" in kept and b"4242" not in kept


def test_the_writer_s_thread_lives_from_the_first_call_to_close(path: Path) -> None:
    def writers() -> list[str]:
        return [thread.name for thread in threading.enumerate() if thread.name == "sandbox-gateway"]

    with sandbox(path) as gateway:
        assert writers() == []
        authorize(gateway, "k")
        assert len(writers()) == 1

    assert writers() == []
    with pytest.raises(GatewayUnreachable):
        authorize(gateway, "k")


def test_closing_twice_or_without_a_call_is_fine(path: Path) -> None:
    with sandbox(path) as gateway:
        gateway.close()


@pytest.mark.parametrize("place", ["folder", "file/below", "file"])
def test_a_path_that_cannot_hold_records_is_refused_by_name(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("This is prose and no database." * 100)

    with pytest.raises(OSError, match="cannot keep its records in .*" + place):
        SandboxGateway(tmp_path / place, clock=SystemClock())


def test_a_folder_that_is_not_there_yet_is_made(tmp_path: Path) -> None:
    assert charges(tmp_path / "new" / "sandbox.db") == []
