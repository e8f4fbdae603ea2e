"""SIGTERM twice in a row, as an impatient supervisor sends it: the drain neither hangs nor is cut short."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from adapters.payments import tokens
from tests.harness.client import card
from tests.harness.rush import ask
from tests.harness.server import Server
from tests.torture.shutdown.proof import GRACE, shop

SLOW = {"items": [{"sku": "mug", "quantity": 1}], "payment": card(tokens.SLOW)}  # takes 2 s
BETWEEN = 0.3  # seconds


@pytest.mark.parametrize("workers", [1, 2])
def test_the_second_of_two_signals_changes_nothing(workers: int):
    with shop(1) as (settings, (buyer,), folder), Server(Path(folder), "--workers", str(workers), **settings) as server:

        async def told_twice() -> int:
            buying = asyncio.ensure_future(ask(server.port, "POST", "/orders/", SLOW, cookie=buyer.cookie))
            await asyncio.sleep(0.5)
            for _ in range(2):
                os.kill(server.pid, signal.SIGTERM)
                await asyncio.sleep(BETWEEN)
            return (await buying).status

        began = time.monotonic()
        assert asyncio.run(told_twice()) == 201
        assert server.wait() == 0 and time.monotonic() - began < GRACE
        assert "Traceback" not in server.log.read_text(), server.tail()
