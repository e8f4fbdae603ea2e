"""Sessions in the cookie itself: nothing on the server, and so nothing that could be revoked there."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from service_layer.ports.sessions import Change, SessionCapabilities
from service_layer.records import SessionRecord
from service_layer.repositories import Sessions

_TIMES = ("authenticated_at", "created_at", "last_seen_at", "expires_at")


class CookieSessions:
    """Signed content: nobody can change it, anybody who has a copy can use it until it expires."""

    capabilities = SessionCapabilities(
        atomic=True,
        revocable=False,
        listable=False,
        limits=(
            "A copied cookie works until it expires: nothing on the server can end it.",
            "Of two responses at once the last one wins.",
            "A user's sessions cannot be listed.",
        ),
    )

    def key_of(self, content: str) -> None:
        return None

    def load(self, content: str, sessions: Sessions) -> SessionRecord | None:
        try:
            values: dict[str, Any] = json.loads(content)
            for name in _TIMES:
                values[name] = values[name] and datetime.fromisoformat(values[name])
            return SessionRecord(**values)
        except (ValueError, TypeError, KeyError):
            return None  # sealed by us, for another purpose or by another version

    def stage(self, change: Change, sessions: Sessions) -> str | None:
        return (
            None
            if change.after is None
            else json.dumps(vars(change.after), default=datetime.isoformat, separators=(",", ":"))
        )

    def finish(self, change: Change) -> None:
        """The cookie is all there is."""

    def of(self, user_id: str, sessions: Sessions) -> list[SessionRecord]:
        return []

    def end(self, record: SessionRecord, sessions: Sessions) -> None:
        """Nothing here can end it; its cookie is deleted where it is the visitor's own."""

    def expired(self, until: datetime, limit: int, sessions: Sessions) -> list[SessionRecord]:
        return []
