"""The sandbox as a gateway of somebody else's: installed as a plugin, and mute while there is a file that says so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from adapters.payments.rules import Found, Known
from adapters.payments.sandbox import SandboxGateway
from entrypoints.plugins import Surroundings

SCHEME: Final = "mute"
FILE: Final = "gateway-is-mute"
LOOK: Final = 0.02  # seconds


class MuteGateway(SandboxGateway):
    """Answers nobody while the file is there; whoever still waits then is answered."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings.data_dir / "sandbox.db", clock=surroundings.clock)
        self._file = surroundings.data_dir / FILE

    def _ask(self, key: str, step: Callable[[Known], Found]) -> Awaitable[Found]:
        return self._later(key, step)

    async def _later(self, key: str, step: Callable[[Known], Found]) -> Found:
        while self._file.exists():  # noqa: ASYNC110  # a file tells nobody that it has gone
            await asyncio.sleep(LOOK)
        return await super()._ask(key, step)


def open_gateway(url: str, surroundings: Surroundings) -> MuteGateway:
    return MuteGateway(surroundings)


@contextmanager
def installed() -> Iterator[None]:
    """For every process that is started meanwhile."""
    with TemporaryDirectory() as site, pytest.MonkeyPatch.context() as patch:
        described = Path(site) / f"{SCHEME}-1.0.dist-info"
        described.mkdir()
        (described / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {SCHEME}\nVersion: 1.0\n")
        (described / "entry_points.txt").write_text(f"[lockstep.payments]\n{SCHEME} = {__name__}:open_gateway\n")
        patch.setenv("PYTHONPATH", site)
        yield
