"""Fills a shop with orders of the past, as the service would have left them, and renews the statistics."""

from pathlib import Path

from benchmarks.storage import Storage

SCRIPTS = Path(__file__).parent
BUSY = 40
"""One order in so many is the busiest buyer's; the others are spread evenly."""


def load_past(storage: Storage, orders: int) -> None:
    """Until there are so many, all older than whatever the service wrote itself; nothing may be connected."""
    there = storage.number("SELECT count(*) FROM orders")
    numbers = {":first": there + 1, ":last": orders, ":busy": BUSY}
    script = "".join((SCRIPTS / name).read_text() for name in (f"{storage.dialect}.sql", "orders.sql"))
    for name, value in numbers.items():
        script = script.replace(name, str(value))
    storage.run(script)
    storage.analyze()
