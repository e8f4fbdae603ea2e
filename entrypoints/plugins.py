"""Adapters, found by the name or URL scheme that chooses them; the built-in ones register as a third party's do."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Final, Literal, Protocol, runtime_checkable

from entrypoints.folder import make_private
from service_layer.ports.clock import Clock
from service_layer.ports.ids import Ids

STORES: Final = "lockstep.stores"
SESSIONS: Final = "lockstep.sessions"
PAYMENTS: Final = "lockstep.payments"
PUBLISHERS: Final = "lockstep.publishers"
GROUPS: Final = (STORES, SESSIONS, PAYMENTS, PUBLISHERS)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an adapter may know of the service that it is opened for."""

    data_dir: Path
    clock: Clock
    ids: Ids

    def make_data_dir(self) -> Path:
        """Where embedded files live: there from now on, and ours alone. Raises `CannotStart`."""
        return make_private(self.data_dir)


Factory = Callable[[str, Surroundings], Any]
"""What an entry point stands for: `open(url, surroundings)` returns the adapter, which keeps its port's promises.

The URL is the setting's value as it was written, with a password perhaps. Opening takes no part in the network: a
database that is away is met, and reported, when it is used. Raises `ValueError`, in words for people and without the
URL, where that cannot be right, and `OSError` where a file cannot be used.
"""


Schema = Literal["current", "behind", "empty", "ahead"]


@runtime_checkable
class Migrating(Protocol):
    """What the factory of a store can do besides opening it, where the store's schema has versions.

    Either raises `Unavailable` where waiting may help, and `CannotStart` where it does not.
    """

    def schema(self, url: str) -> Schema:
        """How what is there compares with what this version of the store needs."""
        ...

    def migrate(self, url: str) -> None:
        """Brings it up to date; any number of processes may do so at once, any number of times."""
        ...


class UnknownPlugin(ValueError):
    """No adapter goes by this name, or more than one does. In words that go on from the variable's name."""


def scheme_of(url: str) -> str:
    """`postgresql` of `postgresql+psycopg://…`, `sql` of `sql`."""
    return url.partition(":")[0].partition("+")[0].lower()


def without_secrets(url: str) -> str:
    """For people to know it again: no user, no password, no parameters."""
    return re.sub(r"^([\w+.-]+://)[^/].*@", r"\1", url.partition("?")[0])


def find(group: str, url: str) -> EntryPoint:
    """The adapter that a setting's value chooses. Raises `UnknownPlugin`."""
    known = registered(group)
    matching = [found for found in known if found.name == scheme_of(url)]
    if len(matching) > 1:
        rivals = ", ".join(sorted(found.dist.name for found in matching if found.dist))
        raise UnknownPlugin(f"names an adapter that several distributions bring: {rivals}")
    if not matching:
        raise UnknownPlugin(_choices([found.name for found in known]))
    return matching[0]


def open_adapter(group: str, url: str, surroundings: Surroundings) -> Any:  # noqa: ANN401  # what it is, its port says
    """The adapter, opened. Raises `UnknownPlugin`, `ImportError`, `ValueError`, `OSError`."""
    factory: Factory = find(group, url).load()
    return factory(url, surroundings)


@cache
def registered(group: str) -> Sequence[EntryPoint]:
    """Every adapter of one group that is installed, by name."""
    return sorted(entry_points(group=group), key=lambda found: found.name)


def _choices(names: list[str]) -> str:
    if not names:
        return "finds no adapters at all: install Lockstep first, as ./run does"
    return f"takes one of these, or a URL that begins with it: {', '.join(names)}"
