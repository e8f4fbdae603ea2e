"""`python -m benchmarks.bulk`: ways to write many rows to SQLite, alone and beside a busy thread of Python."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from uuid import uuid4

from benchmarks.handlers import busy

ROWS, TIMES = 128, 200
COLUMNS = 10
_NAMES = ", ".join(f"column_{number}" for number in range(COLUMNS))
_PLACES = f"({', '.join('?' * COLUMNS)})"
_OUT_OF_JSON = ", ".join(f"value ->> {number}" for number in range(COLUMNS))
_ONE = f"INSERT INTO things VALUES {_PLACES}"  # noqa: S608  # of our own names
_ALL = f"INSERT INTO things VALUES {', '.join([_PLACES] * ROWS)}"  # noqa: S608
_JSON = f"INSERT INTO things SELECT {_OUT_OF_JSON} FROM json_each(?)"  # noqa: S608

Row = tuple[object, ...]


def row_by_row(database: sqlite3.Connection, rows: list[Row]) -> None:
    database.executemany(_ONE, rows)


def one_of_many_values(database: sqlite3.Connection, rows: list[Row]) -> None:
    database.execute(_ALL, [value for row in rows for value in row])


def one_over_json(database: sqlite3.Connection, rows: list[Row]) -> None:
    database.execute(_JSON, [json.dumps(rows)])


WAYS: dict[str, Callable[[sqlite3.Connection, list[Row]], None]] = {
    "executemany": row_by_row,
    "one statement, many VALUES": one_of_many_values,
    "one statement over json_each": one_over_json,
}


def measure(database: sqlite3.Connection, way: Callable[[sqlite3.Connection, list[Row]], None]) -> tuple[float, float]:
    """Microseconds a row: of the clock, and of the processor in this thread. Without commit."""
    wall, cpu = list[float](), list[float]()
    for _ in range(TIMES):
        rows: list[Row] = [(str(uuid4()), str(uuid4()), *range(COLUMNS - 2)) for _ in range(ROWS)]
        database.execute("BEGIN")
        began, spent = time.perf_counter(), time.thread_time()
        way(database, rows)
        wall.append(time.perf_counter() - began)
        cpu.append(time.thread_time() - spent)
        database.execute("COMMIT")
    return mean(wall) / ROWS * 1e6, mean(cpu) / ROWS * 1e6


def main() -> None:
    print("| way | beside | µs a row | µs of processor time |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder) / "things.db", isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = OFF")
        database.execute(f"CREATE TABLE things ({_NAMES})")
        for company in (False, True):
            with busy(company):
                for name, way in WAYS.items():
                    wall, cpu = measure(database, way)
                    print(
                        f"| {name} | {'a busy thread' if company else 'nobody'} | {wall:.1f} | {cpu:.1f} |", flush=True
                    )
        database.close()


if __name__ == "__main__":
    main()
