"""The contract of a session store: it moves with the unit of work, and says itself what it cannot do."""

from adapters.conformance.sessions.changes import Changes
from adapters.conformance.sessions.commits import Commits
from adapters.conformance.sessions.contents import Contents
from adapters.conformance.sessions.lifetime import LifeTime
from adapters.conformance.sessions.opening import OpenSessions
from adapters.conformance.sessions.others import Others

__all__ = ["OpenSessions", "SessionStoreContract"]


class SessionStoreContract(Contents, Commits, Changes, LifeTime, Others):
    """Subclass it, say with two fixtures how a session store and a store beside it are opened: your certificate.

    What a store says it cannot do, it is not asked to do; what it says it can do, it must.
    """
