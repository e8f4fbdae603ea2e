"""`python -m benchmarks.instructions`: the processor's instructions for a balance order, which no noise changes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from benchmarks.handlers import SHOPS, settle_down

TOGETHER = 64
WARM, MORE = 2, 8  # groups
SIZE = 200  # people and products: valgrind is fifty times slower than the machine


def place(store: str, groups: int) -> None:
    """In the process that is counted, which ends at once."""
    with tempfile.TemporaryDirectory() as folder, SHOPS[store](folder, SIZE) as shop:
        settle_down()
        jobs = [shop.orders(TOGETHER) for _ in range(WARM + MORE)]
        for group in jobs[: WARM + groups]:
            shop.group.run(group)


def counted(store: str, groups: int) -> int:
    """Needs valgrind."""
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable, "-m", __spec__.name]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [*command, store, str(groups)], env=environment, stderr=subprocess.PIPE, text=True, check=True
    )
    found = re.search(r"Collected : (\d+)", done.stderr)
    if found is None:
        raise RuntimeError(done.stderr)
    return int(found[1])


def main() -> None:
    print("| store | instructions to an order |")
    print("|---|---|")
    for store in sys.argv[1:] or ("memory", "sqlite"):
        with ThreadPoolExecutor() as pool:
            few, many = pool.map(partial(counted, store), (0, MORE))
        print(f"| {store} | {(many - few) / MORE / TOGETHER:,.0f} |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        place(sys.argv[1], int(sys.argv[2]))
    else:
        main()
