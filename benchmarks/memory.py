"""What one process of the service holds in memory after few and after many orders."""

from typing import NamedTuple

from benchmarks.targets.lockstep import Lockstep


class Memory(NamedTuple):
    """In bytes, after so many orders."""

    few: int
    of_few: int
    many: int
    of_many: int


def memory(target: Lockstep, few: int, many: int) -> Memory:
    """What one process holds that places them all. The target is prepared; it is stopped at the end."""
    target.start()
    try:
        target.place_orders(few)
        of_few = target.served.resident_bytes()
        target.place_orders(many - target.confirmed)
        return Memory(few, of_few, many, target.served.resident_bytes())
    finally:
        target.stop()
