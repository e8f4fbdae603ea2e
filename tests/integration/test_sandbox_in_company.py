"""The durable sandbox among many: processes, threads, those who leave, and those who are killed."""

import asyncio
import multiprocessing
import os
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from adapters.conformance.gateway import PRICE
from adapters.payments.sandbox import SandboxGateway
from service_layer.ports.errors import GatewayTimeout
from service_layer.ports.gateway import Charge
from tests.harness.crowd import eventually
from tests.kit.sandboxes import CALLERS, GOOD, authorize, charges, nobody_else_writes, sandbox


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


def written_pages(path: Path) -> int:
    """How many pages the write-ahead log has taken so far."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sandbox.db"


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
