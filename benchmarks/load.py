"""The load generator: reads a `Job` as JSON from standard input, puts it on a server, and prints what came of it."""

import asyncio
import gc
import json
import resource
import sys
from array import array
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from itertools import count, cycle
from time import perf_counter
from typing import Any

from benchmarks.wire import Client


@dataclass(frozen=True, kw_only=True)
class Job:
    """What to send. A `rate` is offered whatever comes back; without one, an answer brings on the next request."""

    port: int
    connections: int
    seconds: float
    warmup: float = 0.5
    rate: float | None = None
    openings: list[str]
    """One for each visitor: a request up to its idempotency key, or all of it where each is like the last."""
    bodies: list[str] = field(default_factory=list[str])
    """Sent in turn, each after a key of its own."""
    grace: float = 5.0
    """How long requests still under way at the end may take before they count as unanswered."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Times are milliseconds from when a request was due; `generator_cpu` is the share of one core spent here.

    Answers `in_all` include the warm-up's and the late ones; the others were due after it, and came in time unless
    their rate was offered.
    """

    answered: int
    answered_in_all: int
    confirmed_in_all: int
    rate: float
    refused: int
    broken: int
    unanswered: int
    statuses: dict[str, int]
    p50: float | None
    p99: float | None
    generator_cpu: float
    generator_microseconds: float


class Run:
    """One job from its first request to its last answer."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.bodies = cycle([body.encode() for body in job.bodies])
        self.numbers = count()
        self.latencies = array("d")
        self.statuses: Counter[bytes] = Counter()
        self.answers = self.confirmed = self.broken = 0
        self.sending = True
        self.idle: deque[Client] = deque()
        self.waiting: deque[float] = deque()
        self.errors: list[str] = []
        visitors = [opening.encode() for opening in job.openings]
        self.clients = [Client(self, job.port, visitors[n :: job.connections]) for n in range(job.connections)]

    def request(self, visitor: bytes) -> bytes:
        if not self.job.bodies:
            return visitor
        return b'%b%d"\r\n\r\n%b' % (visitor, next(self.numbers), next(self.bodies))

    def answered(self, client: Client, due: float, status: bytes) -> None:
        now = perf_counter()
        self.answers += 1
        self.confirmed += status[:1] == b"2"
        if self.counting_from <= due and (now < self.end or self.job.rate):
            self.latencies.append(now - due)
            self.statuses[status] += 1
        self.ready(client)

    def lost(self, client: Client) -> None:
        self.broken += 1
        self.ready(client)

    def ready(self, client: Client) -> None:
        if self.waiting:
            client.send(self.waiting.popleft())
        elif self.sending and self.job.rate is None:
            client.send(perf_counter())
        else:
            self.idle.append(client)

    async def offer(self, rate: float) -> None:
        """Requests fall due evenly; one that finds no connection free waits, and its time runs from when it was due."""
        for number in count():
            due = self.begin + number / rate
            if due >= self.end:
                return
            if (ahead := due - perf_counter()) > 0:
                await asyncio.sleep(ahead)
            if self.idle:
                self.idle.popleft().send(due)
            else:
                self.waiting.append(due)

    def failed(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.errors.append(f"{context['message']}: {context.get('exception')!r}")

    async def drive(self) -> Outcome:
        asyncio.get_running_loop().set_exception_handler(self.failed)
        await asyncio.gather(*(client.connect() for client in self.clients))
        self.begin = perf_counter()
        self.counting_from = self.begin + self.job.warmup
        self.end = self.counting_from + self.job.seconds
        offering = None if self.job.rate is None else asyncio.create_task(self.offer(self.job.rate))
        for client in self.clients:
            self.ready(client)
        await asyncio.sleep(self.job.warmup)
        cpu = cpu_seconds()
        await asyncio.sleep(self.end - perf_counter())
        cpu = cpu_seconds() - cpu
        self.sending = False
        if offering is not None:
            await offering
        deadline = perf_counter() + self.job.grace
        while self.under_way() and perf_counter() < deadline:
            await asyncio.sleep(0.01)
        if self.errors:
            raise RuntimeError(f"the generator itself failed, first with {self.errors[0]}")
        return self.outcome(cpu)

    def under_way(self) -> int:
        return len(self.waiting) + sum(client.due is not None for client in self.clients)

    def outcome(self, cpu: float) -> Outcome:
        times = sorted(self.latencies)
        return Outcome(
            answered=len(times),
            answered_in_all=self.answers,
            confirmed_in_all=self.confirmed,
            rate=len(times) / self.job.seconds,
            refused=sum(n for status, n in self.statuses.items() if not status.startswith(b"2")),
            broken=self.broken,
            unanswered=self.under_way(),
            statuses={status.decode(): n for status, n in self.statuses.items()},
            p50=percentile(times, 0.5),
            p99=percentile(times, 0.99),
            generator_cpu=cpu / self.job.seconds,
            generator_microseconds=cpu / max(1, len(times)) * 1e6,
        )


def percentile(times: list[float], share: float) -> float | None:
    """Of sorted seconds, by nearest rank, in milliseconds."""
    return times[min(len(times) - 1, int(share * len(times)))] * 1e3 if times else None


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def run(job: Job) -> Outcome:
    """uvloop halves the generator's own cost; asyncio's loop serves where it is not installed."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        from asyncio import new_event_loop
    gc.disable()
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(Run(job).drive())


if __name__ == "__main__":
    json.dump(asdict(run(Job(**json.load(sys.stdin)))), sys.stdout)
