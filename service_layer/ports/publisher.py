"""Where events go once they are durable."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class Publisher(Protocol):
    """Tells the world, at least once for each event; `id` lets a listener drop the repeats."""

    async def publish(self, events: Sequence[tuple[str, str, Mapping[str, object]]]) -> None:
        """Takes (id, name, payload) in order, all or none. Raises `Unavailable` to be called again later."""
        ...
