"""The lane: one thread that takes whatever is waiting, runs it as one group, and answers when it is durable."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from service_layer.group import Group, Job, Outcome, outcomes_of
from service_layer.ports.errors import Conflict, OutcomeUnknown, Unavailable

MOST_ATTEMPTS = 5
LONGEST_PAUSE = 0.05  # seconds; the first of the full-jitter pauses, doubled each time
ALLOWANCE = 0.25  # seconds past its deadline in which a job that is under way may still be answered by the store
LOOK = 0.05  # seconds between two looks for those whose time is up

Deliver = Callable[[Outcome], None]


@dataclass(slots=True, eq=False)
class Waiting:
    """A job in the lane, who waits for its outcome, and whether it may happen from now on."""

    job: Job
    deliver: asyncio.Future[Any] | Deliver
    under_way: bool = False


Impatient = dict[asyncio.Future[Any], Waiting]


class Lane:
    """Group commit. Nothing waits for company: what queued while the last group was under way goes next, and what one
    turn of an event loop brings goes together.

    `most` units ride together, `room` may wait; beyond that `submit` raises `Unavailable` at once.
    """

    def __init__(
        self, group: Group, *, most: int = 64, room: int = 1024, committed: Callable[[], None] | None = None
    ) -> None:
        self._group = group
        self._most = most
        self._room = room
        self._committed = committed
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="lockstep-lane", daemon=True)
        self._closed = False
        self._arrived: dict[asyncio.AbstractEventLoop, list[Waiting]] = {}
        self._impatient: dict[asyncio.AbstractEventLoop, Impatient] = {}

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Takes no more, finishes what is waiting, and ends."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    def submit(self, job: Job, deliver: asyncio.Future[Any] | Deliver) -> Waiting:
        """Raises `Unavailable` where the lane is full or closed."""
        waiting = self._admitted(job, deliver)
        self._queue.put(waiting)
        return waiting

    async def run(self, job: Job) -> Any:  # noqa: ANN401  # whatever the handler returns
        """The result of the unit, once it is durable. Raises what the unit raised.

        A group may take as long as the most patient in it; whose own time is up before that waits no longer, and
        hears `Unavailable` if the unit has not begun and never will, `OutcomeUnknown` if it is under way.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        waiting = self._admitted(job, future, before=len(self._arrived.get(loop, ())))
        self._arrive(waiting, loop)
        impatient = self._impatient_in(loop)
        impatient[future] = waiting
        try:
            return await future
        finally:
            del impatient[future]

    def _admitted(self, job: Job, deliver: asyncio.Future[Any] | Deliver, before: int = 0) -> Waiting:
        if self._closed or self._queue.qsize() + before >= self._room:
            raise Unavailable("Too many requests are waiting.")
        return Waiting(job, deliver)

    def _arrive(self, waiting: Waiting, loop: asyncio.AbstractEventLoop) -> None:
        """The lane would begin with the first of those who came at the same time, and keep the others waiting."""
        arrived = self._arrived.get(loop)
        if arrived is None:
            arrived = self._arrived[loop] = []
            loop.call_soon(self._let_in, loop)
        arrived.append(waiting)

    def _let_in(self, loop: asyncio.AbstractEventLoop) -> None:
        arrived = self._arrived.pop(loop)
        if self._closed:
            _answer(arrived, [_too_late() for _ in arrived])
            return
        for waiting in arrived:
            self._queue.put(waiting)

    def _impatient_in(self, loop: asyncio.AbstractEventLoop) -> Impatient:
        """Those who wait there. One timer wakes for all: a timer for each would cost more than all else here."""
        impatient = self._impatient.get(loop)
        if impatient is None:
            impatient = self._impatient[loop] = {}
            loop.call_later(LOOK, self._look, loop, impatient)
        return impatient

    def _look(self, loop: asyncio.AbstractEventLoop, impatient: Impatient) -> None:
        """Tells those whose time is up; again in a while, if anybody waits."""
        over = time.monotonic() - ALLOWANCE
        _resolve([(future, self._late(one)) for future, one in impatient.items() if one.job.deadline <= over])
        if impatient:
            loop.call_later(LOOK, self._look, loop, impatient)
        else:
            del self._impatient[loop]

    def _late(self, waiting: Waiting) -> Outcome:
        if waiting.under_way and self._group.writes:
            return Outcome(error=OutcomeUnknown("The request's time was up before its outcome was known."))
        return _too_late()

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            waiting = [first, *self._company()]
            _answer(waiting, self._outcomes(waiting))
            if self._committed is not None:
                self._committed()

    def _company(self) -> list[Waiting]:
        company: list[Waiting] = []
        while len(company) < self._most - 1:
            try:
                other = self._queue.get_nowait()
            except Empty:
                break
            if other is None:
                self._queue.put(None)
                break
            company.append(other)
        return company

    def _outcomes(self, waiting: Sequence[Waiting]) -> list[Outcome]:
        """Of those whose time is not up yet, and of the others, who are told so."""
        now = time.monotonic()
        for one in waiting:
            one.under_way = one.job.deadline > now
        in_time = iter(self._together([one.job for one in waiting if one.under_way]))
        return [next(in_time) if one.under_way else _too_late() for one in waiting]

    def _together(self, jobs: Sequence[Job]) -> list[Outcome]:
        """As one group; whatever spoils that, each alone, so that nobody suffers for another."""
        if len(jobs) <= 1:
            return list(map(self._alone, jobs))
        try:
            return self._group.run(jobs)
        except (Unavailable, OutcomeUnknown) as error:
            return outcomes_of(jobs, error)
        except Exception:  # a conflict, or one bad unit: alone, each meets its own error again, and is told of it
            return list(map(self._alone, jobs))

    def _alone(self, job: Job) -> Outcome:
        for attempt in range(MOST_ATTEMPTS):
            if time.monotonic() >= job.deadline:
                return _too_late()
            try:
                return self._group.run([job])[0]
            except Conflict:
                _pause(attempt, job.deadline)
            except Exception as error:
                return Outcome(error=error)
        return Outcome(error=Unavailable("Too many others wanted the same."))


def _too_late() -> Outcome:
    """An error of its own: one for all would keep the frames of everybody who ever heard it."""
    return Outcome(error=Unavailable("The request's time was up."))


def _pause(attempt: int, deadline: float) -> None:
    """Full jitter: anything up to a limit that doubles (Brooker, "Exponential Backoff and Jitter", 2015)."""
    longest = min(LONGEST_PAUSE * 2**attempt, max(0.0, deadline - time.monotonic()))
    time.sleep(random.uniform(0, longest))  # noqa: S311  # spreads retries, guards nothing


def _answer(waiting: Sequence[Waiting], outcomes: Sequence[Outcome]) -> None:
    """Hands over all answers of a group, with one wake-up per event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Outcome]]] = {}
    for one, outcome in zip(waiting, outcomes, strict=True):
        if not callable(one.deliver):
            by_loop.setdefault(one.deliver.get_loop(), []).append((one.deliver, outcome))
        else:
            one.deliver(outcome)
    for loop, answers in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, answers)
        except RuntimeError:  # the loop has closed: nobody waits any more
            continue


def _resolve(answers: list[tuple[asyncio.Future[Any], Outcome]]) -> None:
    for future, outcome in answers:
        if future.done():  # whoever waited has gone
            continue
        if outcome.error is not None:
            future.set_exception(outcome.error)
        else:
            future.set_result(outcome.result)
