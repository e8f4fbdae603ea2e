"""Units that ride together: handed to a lane before it starts, so that they are one group, surely."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from service_layer.group import Group, Job, Outcome
from service_layer.lane import Lane
from tests.kit.handlers import Redecorate, redecorate
from tests.kit.service import Customer
from tests.kit.shop import Shop


def ride(group: Group, jobs: Sequence[Job], *, most: int = 64) -> list[Outcome]:
    """What became of each, in the order of `jobs`."""
    lane = Lane(group, most=most)
    outcomes: dict[int, Outcome] = {}
    for number, job in enumerate(jobs):
        lane.submit(job, partial(outcomes.__setitem__, number))
    lane.start()
    lane.stop()
    return [outcomes[number] for number in range(len(jobs))]


def errors_of(outcomes: Sequence[Outcome]) -> list[type[BaseException] | None]:
    return [type(outcome.error) if outcome.error else None for outcome in outcomes]


def people_of(shop: Shop, number: int = 3) -> list[Customer]:
    return [shop.account() for _ in range(number)]


def jobs_of(shop: Shop, people: list[Customer], handler: Any = redecorate, seconds: float = 60.0) -> list[Job]:
    return [shop.job(handler, Redecorate(), person, seconds) for person in people]
