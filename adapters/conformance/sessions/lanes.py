"""Lanes side by side, as those of several processes are."""

import time
from collections.abc import Callable
from itertools import cycle
from types import TracebackType
from typing import Final, Self

from adapters.conformance.sessions.browsers import World
from domain.identifiers import UserId
from service_layer.group import Group, Job, Outcome
from service_layer.lane import Lane
from service_layer.repositories import Needs
from service_layer.unit_of_work import UnitOfWork
from service_layer.visitor import Visitor

PATIENCE: Final = 30.0  # seconds


class Lanes:
    """What is submitted goes to them in turn. In the end all of it is done, and what failed is raised.

    A store that is not atomic has one lane: it publishes after the commit, in the one process that it is for.
    """

    def __init__(self, world: World) -> None:
        number = 2 if world.sessions.capabilities.atomic else 1
        self._lanes = [Lane(Group(world.store, world.keeping, write=True)) for _ in range(number)]
        self._turns = cycle(self._lanes)
        self._outcomes: list[Outcome] = []

    def submit(self, visitor: Visitor, work: Callable[[UnitOfWork], object], needs: Needs | None = None) -> None:
        def declared(user: UserId | None) -> Needs:
            return needs or {}

        next(self._turns).submit(Job(work, visitor, time.monotonic() + PATIENCE, declared), self._outcomes.append)

    def __enter__(self) -> Self:
        for lane in self._lanes:
            lane.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for lane in self._lanes:
            lane.stop()
        for outcome in self._outcomes if error is None else ():
            if outcome.error is not None:
                raise outcome.error
