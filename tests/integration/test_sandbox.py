"""The durable sandbox: certified, and what it keeps."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from adapters.conformance.gateway import GatewayContract, OpenGateway
from adapters.payments.sandbox import SandboxGateway
from service_layer.ports.errors import GatewayTimeout, GatewayUnreachable
from service_layer.ports.gateway import ChargeStatus
from tests.kit.sandboxes import SystemClock, authorize, charges, nobody_else_writes, sandbox


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


def test_opening_waits_for_another_who_is_at_it(path: Path) -> None:
    with ThreadPoolExecutor(1) as threads:
        with nobody_else_writes(path):
            opened = threads.submit(charges, path)
            time.sleep(0.1)

        assert opened.result(timeout=10) == []


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
