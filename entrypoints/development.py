"""What a developer need not set: a signing secret, made once and kept."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from entrypoints.folder import make_private
from entrypoints.settings import SHORTEST_SECRET, Settings
from entrypoints.trouble import CannotStart

FILE: Final = "session-secret"


def session_secrets(settings: Settings) -> tuple[str, ...]:
    """Those that were set, else development's own. Raises `CannotStart`."""
    return settings.session_secrets or (_own(make_private(settings.data_dir)),)


def _own(data_dir: Path) -> str:
    """The same for every process on this directory, also where two start at once."""
    path = data_dir / FILE
    try:
        with _alone(data_dir):
            if not path.exists():
                _write(path, secrets.token_urlsafe(SHORTEST_SECRET))
            secret = path.read_text("ascii").strip()
    except (OSError, ValueError) as error:
        raise CannotStart(f"LOCKSTEP_DATA_DIR must let {path} be read and written: {type(error).__name__}") from None
    if len(secret) < SHORTEST_SECRET:
        raise CannotStart(f"{path} is no secret of {SHORTEST_SECRET} bytes: remove it, and another one will be made")
    return secret


def _write(path: Path, secret: str) -> None:
    """All of it or nothing, whenever the machine stops."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@contextmanager
def _alone(directory: Path) -> Generator[None]:
    """One process at a time; the lock ends with the process at the latest."""
    lock = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
