"""Sessions in this process: gone when it is."""

from __future__ import annotations

import threading
from datetime import datetime
from weakref import WeakKeyDictionary

from service_layer.ports.errors import Conflict
from service_layer.ports.sessions import Change, SessionCapabilities
from service_layer.records import SessionRecord
from service_layer.repositories import Sessions
from service_layer.session_participant import key_of_secret


class MemorySessions:
    """Published after the commit; a crash of the process ends every session, and nothing else."""

    capabilities = SessionCapabilities(
        atomic=False,
        revocable=True,
        listable=True,
        limits=("Sessions end with the process, and are not shared with other processes.",),
    )

    def __init__(self) -> None:
        self._records: dict[str, SessionRecord] = {}
        self._staged: WeakKeyDictionary[Sessions, dict[str, SessionRecord | None]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def key_of(self, content: str) -> None:
        return None

    def load(self, content: str, sessions: Sessions) -> SessionRecord | None:
        """As the units before it in the same transaction have left it."""
        return self._seen(key_of_secret(content), sessions)

    def stage(self, change: Change, sessions: Sessions) -> str | None:
        before, after = change.before, change.after
        with self._lock:
            if before is not None and self._seen(before.key, sessions) is not before:
                raise Conflict("the session has moved on")
            staged = self._staged.setdefault(sessions, {})
            if before is not None:
                staged[before.key] = None
            if after is not None:
                staged[after.key] = after
        return change.secret or (change.content if after is not None else None)

    def finish(self, change: Change) -> None:
        with self._lock:
            if change.before is not None:
                self._records.pop(change.before.key, None)
            if change.after is not None:
                self._records[change.after.key] = change.after

    def of(self, user_id: str, sessions: Sessions) -> list[SessionRecord]:
        """As the units before it in the same transaction have left them."""
        with self._lock:
            seen = {**self._records, **self._staged.get(sessions, {})}
        return [record for record in seen.values() if record is not None and record.user_id == user_id]

    def end(self, record: SessionRecord, sessions: Sessions) -> None:
        self.stage(Change(record, None, None, None), sessions)

    def expired(self, until: datetime, limit: int, sessions: Sessions) -> list[SessionRecord]:
        return [record for record in list(self._records.values()) if record.expires_at <= until][:limit]

    def _seen(self, key: str, sessions: Sessions) -> SessionRecord | None:
        staged = self._staged.get(sessions, {})
        return staged[key] if key in staged else self._records.get(key)
