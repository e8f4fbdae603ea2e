"""One thread that writes for all: whatever waits together is committed together, and answered after that."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, NamedTuple, TypeAlias

from adapters.payments.ledger import Ledger, Question
from adapters.payments.rules import Found, Known
from service_layer.ports.errors import GatewayUnreachable

Waiter: TypeAlias = asyncio.Future[Any]  # of whatever its step finds
Outcome: TypeAlias = Known | Exception


class Waiting(NamedTuple):
    """A question, and the future in which somebody waits for the answer."""

    question: Question
    waiter: Waiter


class Writer:
    """Takes what is waiting, without delay: one caller waits for one commit, a hundred share one."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()  # None is the last to come
        self._lock = Lock()
        self._thread: Thread | None = None
        self._closed = False

    def ask(self, key: str, step: Callable[[Known], Found]) -> asyncio.Future[Found]:
        """Answered once it is committed. Asked from any event loop; each hears on its own."""
        waiter: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        with self._lock:
            if self._closed:
                raise GatewayUnreachable("The sandbox gateway is closed.")
            self._thread = self._thread or self._start()
            self._queue.put(Waiting(Question(key, step), waiter))
        return waiter

    def close(self) -> None:
        """Returns once everything asked so far is answered and the thread has ended."""
        with self._lock:
            self._closed = True
            thread, self._thread = self._thread, None
            self._queue.put(None)
        if thread:
            thread.join()

    def _start(self) -> Thread:
        thread = Thread(target=self._run, name="sandbox-gateway", daemon=True)
        thread.start()
        return thread

    def _run(self) -> None:
        while batch := self._next_batch():
            _deliver(batch, self._outcomes(batch))

    def _next_batch(self) -> list[Waiting]:
        """Everything that waits, once anything does; empty when there will be no more."""
        items = [self._queue.get(), *(self._queue.get() for _ in range(self._queue.qsize()))]
        if None in items:
            self._queue.put(None)  # to be met again when this batch is done
        return [item for item in items if item]

    def _outcomes(self, batch: Sequence[Waiting]) -> Sequence[Outcome]:
        try:
            return self._ledger.answer([waiting.question for waiting in batch])
        except Exception as error:  # the thread outlives it; who asked hears of it
            return [error] * len(batch)


def _deliver(batch: Sequence[Waiting], outcomes: Sequence[Outcome]) -> None:
    """Wakes each event loop once, however many wait on it."""
    by_loop: defaultdict[asyncio.AbstractEventLoop, list[tuple[Waiter, Outcome]]] = defaultdict(list)
    for waiting, outcome in zip(batch, outcomes, strict=True):
        by_loop[waiting.waiter.get_loop()].append((waiting.waiter, outcome))
    for loop, answered in by_loop.items():
        with suppress(RuntimeError):  # that loop is closed: nobody waits there any more
            loop.call_soon_threadsafe(_answer, answered)


def _answer(answered: Sequence[tuple[Waiter, Outcome]]) -> None:
    for waiter, outcome in answered:
        if waiter.done():  # its caller has stopped waiting
            continue
        if isinstance(outcome, Exception):
            waiter.set_exception(outcome)
        else:
            waiter.set_result(outcome)
