"""A whole run, from empty databases to what was found."""

import time
from collections.abc import Callable
from functools import partial

from benchmarks.calibration import calibrate
from benchmarks.collapse import CROWD, SECONDS, naive_collapse
from benchmarks.findings import Findings
from benchmarks.growth import grown, growth
from benchmarks.memory import memory
from benchmarks.plan import Plan
from benchmarks.processes import FAILURES
from benchmarks.rates import handler_rates
from benchmarks.rounds import run
from benchmarks.targets.peers import Gunicorn
from benchmarks.targets.target import Place


class Course:
    """Follows a plan, and tells how far it is."""

    def __init__(self, plan: Plan, place: Place) -> None:
        self.plan = plan
        self.place = place
        self.found = Findings()
        self.began = time.monotonic()

    def follow(self) -> None:
        for target in self.plan.targets:
            self.tell(f"filling {target.name}")
            target.prepare()
        if self.plan.calibrating:
            self.calibrate()
        run(self.plan.targets, self.plan.cases, self.plan.pace, self.found.results, self.tell)
        for study, look in self.studies().items():
            if study in self.plan.studies:
                self.attempt(study, look)

    def attempt(self, study: str, look: Callable[[], None]) -> None:
        """One that fails leaves the others to be made."""
        try:
            look()
        except FAILURES as problem:
            self.found.results.failed.append(f"{study}: {problem}")
            self.tell(self.found.results.failed[-1])

    def studies(self) -> dict[str, Callable[[], None]]:
        return {"collapse": self.collapse, "handlers": self.handlers, "memory": self.memory, "growth": self.growth}

    def calibrate(self) -> None:
        for target in self.plan.targets:
            if isinstance(target, Gunicorn):
                self.attempt(f"workers of {target.title}", partial(self.best_workers, target))

    def best_workers(self, target: Gunicorn) -> None:
        self.found.workers[target.title] = calibrate(target, self.plan.pace.seconds, self.plan.pace.warmup)
        self.tell(f"{target.name} is best served by {target.workers}")

    def collapse(self) -> None:
        folder = self.place.folder / "collapse"
        folder.mkdir()
        fallen = naive_collapse(folder, connections=CROWD, seconds=SECONDS, python=self.place.python)
        self.tell(f"the naive service at {CROWD} connections answered {fallen.crowd.answered_in_all} in {SECONDS} s")
        self.found.collapse = fallen

    def handlers(self) -> None:
        self.found.handlers = handler_rates(self.plan.pace.rounds)
        rates = ", ".join(f"{rate:,.0f}" for rate in self.found.handlers) or "not there to be asked"
        self.tell(f"handlers on the memory store, orders a second: {rates}")

    def memory(self) -> None:
        for target in self.plan.ours:
            held = self.found.memories[target.name] = memory(target, *self.plan.placed)
            self.tell(f"{target.name} holds {held.of_few / 1e6:.0f} MB, then {held.of_many / 1e6:.0f} MB")

    def growth(self) -> None:
        self.tell(f"filling in {self.plan.rows:,} orders of the past")
        for young, old in zip(self.plan.ours, grown(self.plan.ours, self.plan.rows), strict=True):
            self.tell(f"{old.name} has grown to {old.orders():,} orders")
            life = self.found.growths[young.name] = growth(young, old, self.plan.pace)
            self.tell(f"{young.name}: pages of {life.first_page:.2f} and {life.last_page:.2f} ms")

    def tell(self, line: str) -> None:
        minutes, seconds = divmod(int(time.monotonic() - self.began), 60)
        print(f"{minutes:3}:{seconds:02} {line}", flush=True)
