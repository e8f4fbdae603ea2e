"""Runs handlers: gives each what it asks for by name, in the lane that fits."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from service_layer.commands import Command, Query
from service_layer.group import Job
from service_layer.lane import Lane
from service_layer.visitor import Visitor

R = TypeVar("R")
Handler = Callable[..., R]


class Runner:
    """Commands go to the writing lane, queries to the reading one; handlers get what they ask for by name."""

    def __init__(self, writing: Lane, reading: Lane, dependencies: Mapping[str, object]) -> None:
        self._writing = writing
        self._reading = reading
        self._dependencies = dependencies
        self._wanted: dict[Handler[Any], dict[str, object]] = {}

    def start(self) -> None:
        self._writing.start()
        self._reading.start()

    def stop(self) -> None:
        """Finishes what is waiting."""
        self._writing.stop()
        self._reading.stop()

    def for_visitor(self, visitor: Visitor, seconds: float) -> Run:
        """Units for one request, which has so many seconds for all of them."""
        return Run(self, visitor, time.monotonic() + seconds)

    def lane_for(self, command: Command | Query) -> Lane:
        return self._writing if isinstance(command, Command) else self._reading

    def wanted_by(self, handler: Handler[Any]) -> dict[str, object]:
        """Whatever the handler takes beyond its command and its unit, by the names of its parameters."""
        wanted = self._wanted.get(handler)
        if wanted is None:
            names = list(inspect.signature(handler).parameters)[2:]
            wanted = self._wanted[handler] = {name: self._dependencies[name] for name in names}
        return wanted


class Run:
    """One request's way to have units run, all of them before its deadline."""

    def __init__(self, runner: Runner, visitor: Visitor, deadline: float) -> None:
        self._runner = runner
        self._visitor = visitor
        self._deadline = deadline

    async def __call__(self, handler: Handler[R], command: Command | Query) -> R:
        """What the handler returned, durable if it committed. Raises as it does, `Unavailable`, `OutcomeUnknown`."""
        wanted = self._runner.wanted_by(handler)
        job = Job(lambda uow: handler(command, uow, **wanted), self._visitor, self._deadline, command.needs)
        return await self._runner.lane_for(command).run(job)

    def seconds_left(self) -> float:
        """Until the deadline; negative once that has passed."""
        return self._deadline - time.monotonic()
