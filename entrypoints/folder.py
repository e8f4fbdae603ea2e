"""The data directory: made when something wants to live in it, and ours alone."""

from __future__ import annotations

from pathlib import Path

from entrypoints.trouble import CannotStart


def make_private(data_dir: Path) -> Path:
    """The directory, which nobody else may look into if we had to make it. Raises `CannotStart`."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"LOCKSTEP_DATA_DIR cannot be {data_dir}: {error.strerror}") from None
    return data_dir
