"""The contract of a session store: it moves with the unit of work, and says itself what it cannot do."""

from adapters.conformance.sessions.changes import Changes
from adapters.conformance.sessions.commits import Commits
from adapters.conformance.sessions.contents import Contents
from adapters.conformance.sessions.crowds import Crowds
from adapters.conformance.sessions.endings import Endings
from adapters.conformance.sessions.lifetime import LifeTime
from adapters.conformance.sessions.opening import OpenSessions
from adapters.conformance.sessions.others import Others
from adapters.conformance.sessions.secrecy import Secrecy

__all__ = ["OpenSessions", "SessionStoreContract"]


class SessionStoreContract(Contents, Secrecy, Commits, Changes, Crowds, LifeTime, Endings, Others):
    """Subclass it, say with two fixtures how a session store and a store beside it are opened: your certificate.

    What a store says it cannot do, it is not asked to do; what it says it can do, it must.
    """
