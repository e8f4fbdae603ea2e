"""Sessions in a folder, a file for each: what another team's session store may look like."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from entrypoints.plugins import Surroundings
from service_layer.ports.errors import Conflict
from service_layer.ports.sessions import Change, SessionCapabilities
from service_layer.records import SessionRecord
from service_layer.repositories import Sessions
from service_layer.session_participant import key_of_secret

TIMES = {field.name for field in fields(SessionRecord) if "datetime" in str(field.type)}


def open_sessions(url: str, surroundings: Surroundings) -> FolderSessions:
    """`folder:///path`, or `folder` for one in the data directory. Raises `ValueError`, `OSError`."""
    path = urlsplit(url).path
    folder = Path(path) if path.startswith("/") else surroundings.make_data_dir() / "sessions"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return FolderSessions(folder)


class FolderSessions:
    """Files are named for the SHA-256 of the id, and replaced as a whole once the unit is durable."""

    capabilities = SessionCapabilities(
        atomic=False,
        revocable=True,
        listable=False,
        limits=(
            "Written after the commit: a crash between the two forgets what the session had changed.",
            "One process only: of two that write one session at once, the last one wins.",
            "A user's sessions cannot be listed, nor ended by others.",
        ),
    )

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._staged: WeakKeyDictionary[Sessions, dict[str, SessionRecord | None]] = WeakKeyDictionary()

    def key_of(self, content: str) -> None:
        return None

    def load(self, content: str, sessions: Sessions) -> SessionRecord | None:
        """As the units before it in the same transaction have left it."""
        return self._seen(key_of_secret(content), sessions)

    def stage(self, change: Change, sessions: Sessions) -> str | None:
        before, after = change.before, change.after
        if before is not None and _state(self._seen(before.key, sessions)) != _state(before):
            raise Conflict("the session has moved on")
        staged = self._staged.setdefault(sessions, {})
        if before is not None:
            staged[before.key] = None
        if after is not None:
            staged[after.key] = after
        return change.secret or (change.content if after is not None else None)

    def finish(self, change: Change) -> None:
        before, after = change.before, change.after
        if after is not None:
            new = self._folder / f"{after.key}.new"
            new.write_text(json.dumps(vars(after), default=datetime.isoformat))
            new.rename(self._file(after.key))
        if before is not None and (after is None or after.key != before.key):
            self._file(before.key).unlink(missing_ok=True)

    def of(self, user_id: str, sessions: Sessions) -> list[SessionRecord]:
        return []

    def end(self, record: SessionRecord, sessions: Sessions) -> None:
        """Nobody is listed, so nobody is ended by others."""

    def expired(self, until: datetime, limit: int, sessions: Sessions) -> list[SessionRecord]:
        return []

    def _seen(self, key: str, sessions: Sessions) -> SessionRecord | None:
        staged = self._staged.get(sessions, {})
        return staged[key] if key in staged else self._read(key)

    def _read(self, key: str) -> SessionRecord | None:
        with suppress(FileNotFoundError):
            values: dict[str, Any] = json.loads(self._file(key).read_text())
            for name in TIMES:
                values[name] = values[name] and datetime.fromisoformat(values[name])
            return SessionRecord(**values)
        return None

    def _file(self, key: str) -> Path:
        return self._folder / f"{key}.json"


def _state(record: SessionRecord | None) -> dict[str, Any] | None:
    return vars(record) if record else None
