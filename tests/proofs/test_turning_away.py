"""A door that closes in nobody's face: who has a connection has been let in."""

import socket
import sys
import threading
import time
from collections import Counter

from entrypoints.farewell import LET_IN, turn_away
from tests.harness.server import HOST

CLOSINGS = 5
CALLERS = 16


def test_a_listener_that_turns_away_before_it_closes_resets_nobody():
    told: Counter[str] = Counter()

    for _ in range(CLOSINGS):
        told += closing()

    assert told["answered"] and told["turned away"] == CLOSINGS * CALLERS, told
    assert not told["reset"] or sys.platform != "linux", told  # elsewhere nobody can be kept from joining the line


def closing() -> Counter[str]:
    """What callers hear who come one connection after the other, until the listener is closed."""
    told: Counter[str] = Counter()
    with socket.create_server((HOST, 0), backlog=2048) as listener:
        listener.setblocking(False)
        port = listener.getsockname()[1]
        callers = [threading.Thread(target=call, args=(port, told)) for _ in range(CALLERS)]
        for caller in callers:
            caller.start()
        answer(listener, 0.2)
        turn_away(listener)
        answer(listener, LET_IN)
    for caller in callers:
        caller.join()
    return told


def call(port: int, told: Counter[str]) -> None:
    while True:
        try:
            line = socket.create_connection((HOST, port), timeout=10)
        except OSError:
            told["turned away"] += 1
            return
        with line:
            try:
                line.sendall(b"?")
                told["answered" if line.recv(1) else "reset"] += 1
            except OSError:
                told["reset"] += 1


def answer(listener: socket.socket, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            line, _ = listener.accept()
        except BlockingIOError:
            time.sleep(0.001)
            continue
        with line:
            line.setblocking(True)
            line.recv(1)
            line.sendall(b"!")
