"""How the service bears its years: memory, throughput and a page of orders, from ten thousand orders to millions."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from benchmarks.cases import CASES
from benchmarks.http_client import Client
from benchmarks.jobs import Visitor
from benchmarks.measurement import Measurement
from benchmarks.rounds import Pace
from benchmarks.targets.lockstep import Lockstep

CASE = next(case for case in CASES if case.name == "balance-32")
FEW, MANY = 20_000, 200_000
"""After how many orders one process is asked for its memory."""

PAGE = 5
PAGES = 50


@dataclass(frozen=True, kw_only=True)
class OldAge:
    """Beside a young service, round by round; memory in bytes, pages in milliseconds."""

    orders: int
    young: list[Measurement]
    old: list[Measurement]
    memory_of_few: int
    memory_of_many: int
    first_page: float
    last_page: float


def grow_old(old: Lockstep, young: Lockstep, rows: int, pace: Pace, tell: Callable[[str], None]) -> OldAge:
    """`old` places all its orders itself, in one process. Both are prepared, and stopped at the end."""
    old.start()
    try:
        memory = [grown(old, number) for number in (FEW, MANY)]
        grown(old, rows)
        old.storage.analyze()
        tell(f"{old.name} has grown to {old.orders():,} orders")
        first, last = pages(Client(old.port), old.visitors[0])
        pairs = [(alone(young, pace), old.measure(CASE, pace.seconds, pace.warmup)) for _ in range(pace.rounds)]
        return OldAge(
            orders=old.orders(),
            young=[one for one, _ in pairs],
            old=[other for _, other in pairs],
            memory_of_few=memory[0],
            memory_of_many=memory[1],
            first_page=first,
            last_page=last,
        )
    finally:
        old.stop()


def grown(target: Lockstep, number: int) -> int:
    """The memory of a service that holds so many orders."""
    missing = number - target.orders()
    target.confirmed += target.place_orders(target.port, target.visitors, missing)
    return target.served.resident_bytes()


def alone(young: Lockstep, pace: Pace) -> Measurement:
    young.start()
    try:
        return young.measure(CASE, pace.seconds, pace.warmup)
    finally:
        young.stop()


def pages(client: Client, visitor: Visitor) -> tuple[float, float]:
    """How long the first and the last page of somebody's orders take, in turn."""
    first, last = f"/orders/?limit={PAGE}", last_page(client, visitor)
    times = [(milliseconds(client, first, visitor), milliseconds(client, last, visitor)) for _ in range(PAGES)]
    return median(one for one, _ in times), median(other for _, other in times)


def last_page(client: Client, visitor: Visitor) -> str:
    """Walks to the end by the longest pages there are, and names the short page that ends there."""
    path, seen = "/orders/?limit=100", list[str]()
    while True:
        page = client.send("GET", path, headers=visitor).body
        seen += [order["id"] for order in page["data"]]
        if not page["has_more"]:
            return f"/orders/?limit={PAGE}&starting_after={seen[-PAGE - 1]}"
        path = f"/orders/?limit=100&starting_after={seen[-1]}"


def milliseconds(client: Client, path: str, visitor: Visitor) -> float:
    begin = time.perf_counter()
    client.send("GET", path, headers=visitor)
    return (time.perf_counter() - begin) * 1e3
