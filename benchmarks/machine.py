"""What the numbers were measured on."""

import os
import platform
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.environment import versions
from benchmarks.targets.target import Place
from benchmarks.wrk import installed_wrk


def describe(place: Place) -> dict[str, str]:
    asked = "SELECT split_part(version(), ' ', 2); SHOW fsync; SHOW synchronous_commit; SHOW data_directory"
    postgres = place.postgres.sql(asked).split()
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": f"{os.cpu_count()} × {processor()}, {memory()}",
        "system": f"{platform.system()} {platform.release()}, data on {filesystem(place.folder)}",
        "load": "wrk, and benchmarks/load.py for the offered rate" if installed_wrk() else "benchmarks/load.py",
        "python": platform.python_version(),
        "sqlite": f"{sqlite3.sqlite_version}, WAL, synchronous=FULL",
        "postgresql": f"{postgres[0]}, fsync {postgres[1]}, synchronous_commit {postgres[2]}, over TCP, "
        f"data on {filesystem(Path(postgres[3]))}",
        **versions(place.python),
    }


def processor() -> str:
    for line in lines(Path("/proc/cpuinfo")):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def memory() -> str:
    for line in lines(Path("/proc/meminfo")):
        if line.startswith("MemTotal"):
            return f"{int(line.split()[1]) / 1e6:.0f} GB"
    return "memory unknown"


def filesystem(folder: Path) -> str:
    """Of the longest mount point that holds `folder`: a commit to tmpfs is no commit."""
    mounts = [line.split()[1:3] for line in lines(Path("/proc/mounts"))]
    holding = [(len(point), kind) for point, kind in mounts if folder.resolve().is_relative_to(point)]
    return max(holding)[1] if holding else "an unknown file system"


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []
