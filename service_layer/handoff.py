"""The way from a commit to the relay of the same process, which need not look for what was left there just now."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import timedelta

from service_layer.ports.clock import Clock
from service_layer.records import Message

MOST = 1000  # messages that may wait; later ones are left to be found
LEAST = timedelta(seconds=5)  # that a claim must still last when its message is taken: a gateway may take most of that


class Handoff:
    """Messages that are claimed as they are written, so that nobody else sees to them, and handed over once durable.

    Any thread may hand over, one at a time may take. What is lost with the process is found by whoever claims from the
    outbox next, once the claim is over.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: deque[Message] = deque()
        self._open = False

    def open(self) -> None:
        """Somebody takes, from now on."""
        self._open = True

    def close(self) -> None:
        """From now on everything is left to be found, but for what has been claimed already."""
        self._open = False

    def claim(self, messages: Sequence[Message]) -> Sequence[Message]:
        """Those that will be handed over: none of them while the relay is far behind."""
        if not self._open or len(self._waiting) + len(messages) > MOST:
            return ()
        now = self._clock.now()
        for message in messages:
            message.claim(now)
        return messages

    def hand_over(self, messages: Sequence[Message]) -> None:
        """They are durable."""
        self._waiting.extend(messages)

    def take(self, limit: int) -> list[Message]:
        """The oldest, as many as `limit`, for the caller alone; those that have waited too long are for others."""
        latest = self._clock.now() + LEAST
        taken: list[Message] = []
        while self._waiting and len(taken) < limit:
            message = self._waiting.popleft()
            if message.due_at > latest:
                taken.append(message)
        return taken
