"""Runs handlers: gives each what it asks for by name, in the lane that fits."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from service_layer.commands import Command, Query
from service_layer.group import Job
from service_layer.lane import Lane
from service_layer.visitor import Visitor

R = TypeVar("R", covariant=True)
Handler = Callable[..., R]


class Run(Protocol):
    """One visitor's way to have units run."""

    async def __call__(self, handler: Handler[R], command: Command | Query) -> R:
        """What the handler returned, durable if it committed. Raises as it does, `Unavailable`, `OutcomeUnknown`."""
        ...


class Runner:
    """Commands go to the writing lane, queries to the reading one."""

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
        deadline = time.monotonic() + seconds

        async def run(handler: Handler[R], command: Command | Query) -> R:
            wanted = self.wanted_by(handler)
            lane = self._writing if isinstance(command, Command) else self._reading
            job = Job(lambda uow: handler(command, uow, **wanted), visitor, deadline, command.needs)
            return await lane.run(job)

        return run

    def wanted_by(self, handler: Handler[Any]) -> dict[str, object]:
        """Whatever the handler takes beyond its command and its unit, by the names of its parameters."""
        wanted = self._wanted.get(handler)
        if wanted is None:
            names = list(inspect.signature(handler).parameters)[2:]
            wanted = self._wanted[handler] = {name: self._dependencies[name] for name in names}
        return wanted
