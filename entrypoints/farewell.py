"""Closing the door in nobody's face: whoever has got in line is let in, and whoever is in is heard out."""

from __future__ import annotations

import asyncio
import ctypes
import socket
import struct
import sys
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any, Final

LET_IN: Final = 0.05  # seconds for those in line, once nobody joins it any more
FIRST_WORDS: Final = 1.0  # seconds for a connection that has not asked anything yet
NEXT_WORDS: Final = 0.2  # seconds for one that has, and may just be asking again
LOOK: Final = 0.01  # seconds

ATTACH_FILTER: Final = 26  # SO_ATTACH_FILTER, which Python has no name for
NO_SYN: Final = ((0x30, 0, 0, 13), (0x45, 0, 1, 0x02), (0x06, 0, 0, 0), (0x06, 0, 0, 0x40000))
"""A packet filter for a listening socket (linux: filter.txt): byte 13 of TCP's header, is SYN in it, drop, keep."""


def turn_away(listener: socket.socket) -> None:
    """Nobody joins the line any more, for as long as there is a listener; then connections are refused.

    A socket that is just closed resets whoever is in line, who may have sent a request already. Where the kernel has
    no such filter nothing changes.
    """
    if sys.platform != "linux":
        return
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in NO_SYN))
    with suppress(OSError):
        listener.setsockopt(socket.SOL_SOCKET, ATTACH_FILTER, struct.pack("HP", len(NO_SYN), ctypes.addressof(program)))


async def hear_out(connections: Callable[[], Collection[Any]]) -> None:
    """Each of uvicorn's connections gets to say what it came for, and is told to go with the answer."""
    began = time.monotonic()
    while _still_ask(connections(), time.monotonic() - began):  # noqa: ASYNC110  (uvicorn tells nobody when one goes)
        await asyncio.sleep(LOOK)


def _still_ask(connections: Collection[Any], waited: float) -> bool:
    """Each of them is looked at, since looking is how it is told."""
    return sum(_may_still_ask(connection, waited) for connection in connections) > 0


def _may_still_ask(connection: Any, waited: float) -> bool:  # noqa: ANN401  # `cycle` is in both of uvicorn's protocols
    if connection.cycle is None:
        return waited < FIRST_WORDS
    if connection.cycle.response_complete:
        return waited < NEXT_WORDS
    connection.shutdown()  # under way: this answer is the last
    return False
