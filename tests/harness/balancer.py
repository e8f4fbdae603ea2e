"""The smallest balancer that will do: in turn, and past whoever refuses a connection."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Sequence
from typing import Final

from tests.harness.server import HOST
from tests.harness.tcp_proxy import TcpProxy

PATIENCE: Final = 10.0  # seconds in which somebody has to be there


class Balancer(TcpProxy):
    """Before servers on this machine. What has been sent to one is never sent to another."""

    def __init__(self, ports: Sequence[int]) -> None:
        super().__init__(HOST, ports[0])
        self._count = len(ports)
        self._turns = itertools.cycle(ports)

    def reach(self) -> socket.socket:
        deadline = time.monotonic() + PATIENCE
        while True:
            for _ in range(self._count):
                try:
                    return socket.create_connection((HOST, next(self._turns)), timeout=PATIENCE)
                except ConnectionRefusedError:
                    continue
            if time.monotonic() > deadline:
                raise ConnectionRefusedError
            time.sleep(0.02)
