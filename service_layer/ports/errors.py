"""How an adapter says that something outside went wrong; each translates foreign errors into these, in one place."""


class Conflict(Exception):
    """Somebody else was there first: a deadlock, a lost race, a busy database. The unit may run again, afresh."""


class Unavailable(Exception):
    """An outage: nothing of the unit has happened. `retry_after` is in seconds."""

    def __init__(self, detail: str = "The service is not available.", retry_after: int = 1) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class OutcomeUnknown(Exception):
    """The connection was lost while the commit was under way: it may or may not have happened."""


class SessionTooLarge(Exception):
    """What the session should hold does not fit where it is kept."""


class SessionNotSerializable(Exception):
    """What the session should hold is not JSON: a bug in whoever staged it."""


class GatewayUnreachable(Exception):
    """The gateway was not asked: no connection came about, so nothing has happened there."""


class GatewayTimeout(Exception):
    """The gateway was asked and did not answer in time: it may or may not have acted."""


class GatewayRefused(Exception):
    """The gateway says that this can never be done, such as capturing what was voided."""
