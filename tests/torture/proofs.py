"""Which proofs there are. Each is a module with one function, imported only when it is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final, Protocol, cast

from tests.torture.report import Report

MODULES: Final[Mapping[str, str]] = {
    "state-machine": "tests.torture.state_machine.proof",
    "document": "tests.torture.document.proof",
    "races": "tests.torture.races.proof",
    "cut-wire": "tests.torture.cut_wire.proof",
    "stall": "tests.torture.stall.proof",
    "outage": "tests.torture.outage.proof",
    "shutdown": "tests.torture.shutdown.proof",
    "kill9": "tests.torture.kill9.proof",
    "every-line": "tests.torture.every_line.proof",
}
"""In the order in which they run: the longest comes last."""


class Proof(Protocol):
    """What a module in the table above has."""

    def run(self, report: Report, *, quick: bool) -> str:
        """What was done, in a few words with numbers. Raises `AssertionError`, with all that is known, where it fails.

        Bounded in time; `quick` is for a look in a minute or so. Whatever it starts, it ends.
        """
        ...


def proof(name: str) -> Proof:
    return cast(Proof, import_module(MODULES[name]))
