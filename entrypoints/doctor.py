"""The doctor: whether this machine and these settings can run the service, and what to know about them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from entrypoints import plugins
from entrypoints.container import Container, built
from entrypoints.development import FILE
from entrypoints.folder import make_private
from entrypoints.listing import told_of
from entrypoints.readiness import BEHIND
from entrypoints.settings import Settings, load_settings
from entrypoints.trouble import CannotStart

OURS: Final = ("adapters", "domain", "entrypoints", "service_layer")  # names that another distribution may have too
OLDEST_PYTHON: Final = (3, 11)
SHORTEST_TOKEN: Final = 32  # characters


@dataclass(frozen=True, slots=True)
class Finding:
    """`ok` is None where there is something to know, and nothing wrong."""

    ok: bool | None
    what: str

    def __str__(self) -> str:
        return f"{({True: 'ok', False: 'FAILED', None: 'note'})[self.ok]:7} {self.what}"


def examine() -> Iterator[Finding]:
    """One finding after the other; those that need settings, only if these can be read."""
    yield Finding(sys.version_info >= OLDEST_PYTHON, f"Python {sys.version.split()[0]}")
    yield from _packages()
    try:
        settings = load_settings()
    except CannotStart as trouble:
        yield from (Finding(False, line) for line in trouble.lines)
        return
    yield Finding(True, f"settings, for {settings.env}")
    yield from _data_dir(settings)
    yield from _opened(settings)
    if settings.ops_token is not None and len(settings.ops_token) < SHORTEST_TOKEN:
        yield Finding(
            None, f"LOCKSTEP_OPS_TOKEN has less than {SHORTEST_TOKEN} characters: whoever guesses it is staff"
        )


def _packages() -> Iterator[Finding]:
    """Our packages have plain names; another distribution with the same ones would be mixed up with ours."""
    here = Path(__file__).resolve().parents[1]
    owners = packages_distributions()
    for name in OURS:
        spec = find_spec(name)
        place = Path(spec.origin).resolve().parents[1] if spec and spec.origin else None
        others = sorted(set(owners.get(name, ())) - {"lockstep"})
        if place != here:
            yield Finding(False, f"the package {name} is taken from {place}, not from {here}")
        elif others:
            yield Finding(False, f"the package {name} is also part of {', '.join(others)}: install Lockstep by itself")
        else:
            yield Finding(True, f"package {name}")


def _data_dir(settings: Settings) -> Iterator[Finding]:
    try:
        data_dir = make_private(settings.data_dir)
    except CannotStart as trouble:
        yield Finding(False, trouble.lines[0])
        return
    yield Finding(os.access(data_dir, os.W_OK | os.X_OK), f"LOCKSTEP_DATA_DIR can be written to: {data_dir.resolve()}")
    secret = data_dir / FILE
    if secret.exists() and secret.stat().st_mode & 0o077:
        yield Finding(False, f"{secret} can be read by others: chmod 600 {secret}")


def _opened(settings: Settings) -> Iterator[Finding]:
    """The adapters that the settings choose."""
    with built(settings) as container:
        for examined in (_database, _sessions, _gateway, _publisher):
            try:
                yield from examined(settings, container)
            except CannotStart as trouble:
                yield Finding(False, trouble.lines[0])


def _database(settings: Settings, container: Container) -> Iterator[Finding]:
    """As it is: a doctor migrates nothing."""
    missing = container.readiness().look(migrate=False)
    name = f"database, by {plugins.scheme_of(settings.database_url)}"
    if missing == BEHIND and settings.development:
        yield Finding(None, f"{name}: the next start migrates it")
    else:
        yield Finding(missing is None, missing or name)


def _sessions(settings: Settings, container: Container) -> Iterator[Finding]:
    for line in told_of(container.sessions().capabilities):
        yield Finding(None, f"sessions, by {plugins.scheme_of(settings.session_store)}: {line}")


def _gateway(settings: Settings, container: Container) -> Iterator[Finding]:
    container.bare_gateway()
    yield Finding(True, f"payment gateway, by {plugins.scheme_of(settings.payment_gateway)}")


def _publisher(settings: Settings, container: Container) -> Iterator[Finding]:
    container.publisher()
    yield Finding(True, f"publisher, by {plugins.scheme_of(settings.publisher)}")
