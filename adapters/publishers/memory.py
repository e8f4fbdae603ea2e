"""Events kept in memory, for whoever wants to see them."""

from collections.abc import Mapping, Sequence


class MemoryPublisher:
    """All that was published, in order, repeats included."""

    def __init__(self) -> None:
        self.published: list[tuple[str, str, Mapping[str, object]]] = []

    async def publish(self, events: Sequence[tuple[str, str, Mapping[str, object]]]) -> None:
        self.published.extend(events)
