"""A child process for one piece of work: it has a folder to itself, some seconds, and no way to spoil its parent."""

from __future__ import annotations

import faulthandler
import gc
import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.torture.every_line.death import DEAD

LONGEST: Final = 30  # seconds, then it counts as stuck
TROUBLE: Final = Path("trouble.txt")


class ChildFailed(AssertionError):
    """The child has ended in an error, or was stuck; carries its traceback."""


def fork(folder: Path, work: Callable[[], None]) -> int:
    """Its exit status, 0 or `DEAD`. Raises `ChildFailed`. To be called where there is no other thread."""
    child = os.fork()
    if child == 0:
        os._exit(_work(folder, work))
    _, waited = os.waitpid(child, 0)
    status = os.waitstatus_to_exitcode(waited)
    if status not in (0, DEAD):
        trouble = folder / TROUBLE
        raise ChildFailed(trouble.read_text() if trouble.exists() else f"it ended with status {status}")
    return status


def _work(folder: Path, work: Callable[[], None]) -> int:
    """Nothing of the parent's is cleaned up here, least of all by its `finally`s."""
    gc.disable()  # it lives for a moment only
    try:
        os.chdir(folder)
        with TROUBLE.open("w") as trouble:
            faulthandler.dump_traceback_later(LONGEST, exit=True, file=trouble)
            try:
                work()
            except BaseException:
                traceback.print_exc(file=trouble)
                return 1
            return 0
    except BaseException:
        return 1
