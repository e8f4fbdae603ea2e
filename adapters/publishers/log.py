"""Events into the log: one line each."""

from collections.abc import Mapping, Sequence

import structlog
from structlog.typing import FilteringBoundLogger

log: FilteringBoundLogger = structlog.get_logger("lockstep.events")


class LogPublisher:
    """For people, and for whatever reads the log."""

    async def publish(self, events: Sequence[tuple[str, str, Mapping[str, object]]]) -> None:
        for event_id, name, payload in events:
            log.info(name, event_id=event_id, payload=dict(payload))
