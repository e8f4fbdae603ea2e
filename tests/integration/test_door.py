"""Processes that share a listening socket share those who come, too."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from entrypoints import door
from entrypoints.door import GONE, Door, Share
from tests.harness.crowd import eventually
from tests.torture.kill9.supervised import Supervised

MANY = 24


class Guest(asyncio.Protocol):
    """Tells the door it came through that it was there, and its share when it has gone."""

    def __init__(self, inside: list[Guest], share: Share) -> None:
        self._inside = inside
        self._share = share

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._inside.append(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._share.went()


@asynccontextmanager
async def house(counts: list[int], *, doors: int = 2) -> AsyncIterator[tuple[int, list[list[Guest]]]]:
    """Its port, and who is inside by which door; `counts` are as if they had come before."""
    inside: list[list[Guest]] = [[] for _ in range(doors)]
    before = list(counts)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        shares = [Share(counts, place) for place in range(doors)]
        opened = [
            Door(listener.dup(), lambda place=place, share=share: Guest(inside[place], share), share)
            for place, share in enumerate(shares)
        ]
        counts[:] = before
        yield listener.getsockname()[1], inside
        for one in opened:
            one.close()


async def come(port: int, number: int = 1) -> list[asyncio.StreamWriter]:
    return [(await asyncio.open_connection("127.0.0.1", port))[1] for _ in range(number)]


async def until_in(inside: list[list[Guest]], number: int) -> list[int]:
    async with asyncio.timeout(5):
        while sum(map(len, inside)) < number:  # noqa: ASYNC110  # looked at from outside
            await asyncio.sleep(0.001)
    return [len(guests) for guests in inside]


@pytest.mark.parametrize(("counts", "let_in"), [([10, 0], [0, 5]), ([0, 10], [5, 0])])
def test_whoever_has_fewer_lets_in_the_next(counts: list[int], let_in: list[int], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(door, "PATIENCE", 5.0)

    async def look() -> list[int]:
        async with house(counts) as (port, inside):
            await come(port, 5)
            return await until_in(inside, 5)

    assert asyncio.run(look()) == let_in


def test_where_the_others_do_not_come_to_the_door_the_next_is_let_in_all_the_same():
    async def look() -> list[int]:
        async with house([10, 0], doors=1) as (port, inside):
            await come(port, 3)
            return await until_in(inside, 3)

    assert asyncio.run(look()) == [3]


def test_a_process_that_is_not_there_is_waited_for_by_nobody():
    assert not Share([10, GONE], 0).is_full() and Share([10, 0], 0).is_full()
    assert not Share([2**20, GONE, GONE], 0).is_full()


def test_whoever_still_comes_and_goes_where_a_process_ends_changes_nothing():
    counts = [3, 0]
    share = Share(counts, 0)

    share.end()

    for change in (share.came, share.went, share.went):
        change()
        assert counts == [GONE, 0]


@pytest.mark.parametrize(("mine", "others", "full"), [(1, 0, False), (2, 0, True), (80, 72, False), (83, 72, True)])
def test_a_few_more_than_others_are_not_too_many(mine: int, others: int, full: bool):
    assert Share([mine, others], 0).is_full() is full


def test_those_who_have_gone_count_no_more():
    async def look() -> list[int]:
        counts = [0, 0]
        async with house(counts) as (port, inside):
            there = await come(port, 4)
            await until_in(inside, 4)
            assert sum(counts) == 4
            for one in there:
                one.close()
            async with asyncio.timeout(5):
                while sum(counts):  # noqa: ASYNC110  # looked at from outside
                    await asyncio.sleep(0.001)
            return list(counts)

    assert asyncio.run(look()) == [0, 0]


def test_who_is_in_line_when_the_door_closes_is_let_in_and_nobody_waits_for_this_process_any_more():
    async def look() -> tuple[list[int], list[int]]:
        counts = [10, 0]
        with socket.create_server(("127.0.0.1", 0)) as listener:
            inside: list[Guest] = []
            share = Share(counts, 0)
            front = Door(listener, lambda: Guest(inside, share), share)
            counts[:] = [10, 0]
            there = [socket.create_connection(listener.getsockname()) for _ in range(5)]
            front.close()
            await front.all_in()
            found = [len(inside)]
            for one in there:
                one.close()
            await asyncio.sleep(0.05)
            return found, counts

    assert asyncio.run(look()) == ([5], [GONE, 0])


def test_through_a_closed_door_nobody_comes():
    async def look() -> list[list[Guest]]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            inside: list[Guest] = []
            share = Share([0], 0)
            front = Door(listener, lambda: Guest(inside, share), share)
            front.close()
            await come(listener.getsockname()[1])
            await asyncio.sleep(0.05)
            return [inside]

    assert asyncio.run(look()) == [[]]


def connections_of(pid: int) -> int:
    """Sockets that a process has open."""
    found = (file for file in Path(f"/proc/{pid}/fd").iterdir())
    return sum(_is_socket(file) for file in found)


def _is_socket(file: Path) -> bool:
    try:
        return str(file.readlink()).startswith("socket:")
    except OSError:
        return False


def burst(port: int, workers: list[int]) -> list[int]:
    """Many come at once, each is answered, and leaves; how many each worker had."""
    before = [connections_of(pid) for pid in workers]
    there = [socket.create_connection(("127.0.0.1", port)) for _ in range(MANY)]
    try:
        for one in there:
            one.sendall(b"GET /livez HTTP/1.1\r\nHost: here\r\n\r\n")
        assert all(one.recv(12) == b"HTTP/1.1 200" for one in there)
        return [connections_of(pid) - was for pid, was in zip(workers, before, strict=True)]
    finally:
        for one in there:
            one.close()
        eventually(lambda: sum(map(connections_of, workers)) <= sum(before), within=5)


def test_workers_have_about_as_many_connections_each_whenever_many_come_at_once(tmp_path: Path):
    with Supervised(tmp_path / "data", None) as supervised:
        workers = supervised.workers()
        eventually(lambda: min(burst(supervised.port, workers)) > 0, within=20)  # the second worker is there

        bursts = [burst(supervised.port, workers) for _ in range(5)]

        supervised.finish()
    assert min(map(sum, zip(*bursts, strict=True))) >= sum(map(sum, bursts)) // 4
