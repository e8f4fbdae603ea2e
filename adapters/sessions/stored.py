"""Sessions in the store's own transaction: kept by the very commit that keeps the order."""

from __future__ import annotations

from datetime import datetime

from domain.identifiers import UserId
from service_layer.ports.sessions import Change, SessionCapabilities
from service_layer.records import SessionRecord
from service_layer.repositories import Sessions
from service_layer.session_participant import key_of_secret


class StoredSessions:
    """The cookie holds a 256-bit id; the record keeps only its SHA-256."""

    capabilities = SessionCapabilities(atomic=True, revocable=True, listable=True)

    def key_of(self, content: str) -> str:
        return key_of_secret(content)

    def load(self, content: str, sessions: Sessions) -> SessionRecord | None:
        return sessions.find(key_of_secret(content))

    def stage(self, change: Change, sessions: Sessions) -> str | None:
        before, after = change.before, change.after
        if before is not None and after is not None and before.key == after.key:
            vars(before).update(vars(after))
            return change.content
        if before is not None:
            sessions.remove(before)
        if after is not None:
            sessions.add(after)
        return change.secret

    def finish(self, change: Change) -> None:
        """The commit has done it all."""

    def of(self, user_id: str, sessions: Sessions) -> list[SessionRecord]:
        return sessions.of(UserId(user_id))

    def end(self, record: SessionRecord, sessions: Sessions) -> None:
        sessions.remove(record)

    def expired(self, until: datetime, limit: int, sessions: Sessions) -> list[SessionRecord]:
        return sessions.due(until, limit)
