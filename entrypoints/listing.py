"""What adapters there are, from whom, and what each session store says of itself."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

from adapters.system.clock import SystemClock
from adapters.system.ids import Uuid7Ids
from entrypoints import plugins
from entrypoints.plugins import SESSIONS, Surroundings
from service_layer.ports.sessions import SessionCapabilities

VARIABLES = {
    plugins.STORES: "LOCKSTEP_DATABASE_URL",
    plugins.SESSIONS: "LOCKSTEP_SESSION_STORE",
    plugins.PAYMENTS: "LOCKSTEP_PAYMENT_GATEWAY",
    plugins.PUBLISHERS: "LOCKSTEP_PUBLISHER",
}


def adapters_found() -> Iterator[str]:
    """A paragraph for each setting that chooses one."""
    with tempfile.TemporaryDirectory() as nowhere:
        surroundings = Surroundings(Path(nowhere), SystemClock(), Uuid7Ids())
        for group, variable in VARIABLES.items():
            yield f"{variable} ({group})"
            for found in plugins.registered(group):
                yield f"  {found.name:12} {_origin(found)}"
                if group == SESSIONS:
                    yield from (f"  {'':12} {line}" for line in _abilities(found, surroundings))


def told_of(capabilities: SessionCapabilities) -> Iterator[str]:
    """What a session store can do, then each thing that it cannot."""
    able = [name for name in ("atomic", "revocable", "listable") if getattr(capabilities, name)]
    yield ", ".join(able) or "neither atomic nor revocable nor listable"
    yield from capabilities.limits


def _origin(found: EntryPoint) -> str:
    return f"{found.value}, of {found.dist.name} {found.dist.version}" if found.dist else found.value


def _abilities(found: EntryPoint, surroundings: Surroundings) -> Iterator[str]:
    """Opened by its bare name, which may be too little for a third party's."""
    try:
        yield from told_of(found.load()(found.name, surroundings).capabilities)
    except ModuleNotFoundError as error:
        yield f"cannot say without the package {error.name}"
    except Exception as error:
        yield f"cannot say without its URL: {type(error).__name__}"
