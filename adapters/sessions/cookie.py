"""Sessions in the cookie itself: nothing on the server, and so nothing that could be revoked there."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from adapters.sessions.written import read, written
from service_layer.ports.sessions import Change, SessionCapabilities
from service_layer.records import SessionRecord
from service_layer.repositories import Sessions

LIMITS: Final = (
    "A copied cookie works until it expires: nothing on the server can end it.",
    "Of two responses at once the last one wins.",
    "A user's sessions cannot be listed.",
)
READABLE: Final = "Whoever has the cookie can read what is in it: it is signed, not encrypted."


class CookieSessions:
    """Sealed content: nobody can change it, anybody who has a copy can use it until it expires."""

    def __init__(self, *, encrypted: bool = False) -> None:
        self.capabilities = SessionCapabilities(
            atomic=True, revocable=False, listable=False, limits=LIMITS if encrypted else (*LIMITS, READABLE)
        )

    def key_of(self, content: str) -> None:
        return None

    def load(self, content: str, sessions: Sessions) -> SessionRecord | None:
        return read(content)  # None where we have sealed it for another purpose, or in another version

    def stage(self, change: Change, sessions: Sessions) -> str | None:
        return None if change.after is None else written(change.after)

    def finish(self, change: Change) -> None:
        """The cookie is all there is."""

    def of(self, user_id: str, sessions: Sessions) -> list[SessionRecord]:
        return []

    def end(self, record: SessionRecord, sessions: Sessions) -> None:
        """Nothing here can end it; its cookie is deleted where it is the visitor's own."""

    def expired(self, until: datetime, limit: int, sessions: Sessions) -> list[SessionRecord]:
        return []
