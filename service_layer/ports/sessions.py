"""Where sessions are kept: beside the orders, in the cookie itself, or elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from service_layer.ports.store import Store
from service_layer.records import SessionRecord
from service_layer.repositories import Sessions


@dataclass(frozen=True, slots=True)
class SessionCapabilities:
    """What a session store can do, said by itself; `limits` are sentences for people.

    `atomic`: kept by the very commit that keeps the order. `revocable`: a copied cookie dies with the
    session. `listable`: a user's sessions can be listed.
    """

    atomic: bool
    revocable: bool
    listable: bool
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One session before and after a unit. `secret` is its new 256-bit id, where it needs one."""

    before: SessionRecord | None
    after: SessionRecord | None
    content: str | None = field(repr=False)
    secret: str | None = field(repr=False)


class SessionStore(Protocol):
    """Keeps sessions. `sessions` is the repository of the unit's transaction, for stores that live in it."""

    @property
    def capabilities(self) -> SessionCapabilities: ...

    def key_of(self, content: str) -> str | None:
        """The key to prefetch from the repository for a cookie of this content, if any."""
        ...

    def load(self, content: str, sessions: Sessions) -> SessionRecord | None:
        """What a cookie of this content stands for. Whether it has expired is for the caller to see."""
        ...

    def stage(self, change: Change, sessions: Sessions) -> str | None:
        """Does everything that can fail, and returns what the cookie holds from now on; None for no cookie.

        Raises `Conflict` where `before` has moved on, `Unavailable`.
        """
        ...

    def finish(self, change: Change) -> None:
        """The unit that staged this change is durable.

        Cannot fail, but for one thing: raises `OutcomeUnknown` where what has ended may still be read elsewhere.
        """
        ...

    def of(self, user_id: str, sessions: Sessions) -> list[SessionRecord]:
        """Every live session of the user, as far as the store can list them."""
        ...

    def end(self, record: SessionRecord, sessions: Sessions) -> None:
        """Stages the end of a session, the visitor's own or not; `finish` is told of it once the unit is durable.

        Its cookie is worth nothing from then on. Raises `Conflict` where the record has moved on, `Unavailable`.
        """
        ...

    def expired(self, until: datetime, limit: int, sessions: Sessions) -> list[SessionRecord]:
        """Those that have ended by themselves, to be cleared away."""
        ...


@runtime_checkable
class FollowingSessions(Protocol):
    """What a session store does besides, which keeps its sessions elsewhere and follows the database there."""

    def beside(self, store: Store) -> Store:
        """The store as units use it together with these sessions.

        Its transactions leave a `SESSION` message for each session they change; nothing is told before their commit.
        """
        ...

    def follow(self, changes: Sequence[Mapping[str, object]]) -> None:
        """Takes over what such messages say, in whatever order and how often they come. Raises `Unavailable`."""
        ...
