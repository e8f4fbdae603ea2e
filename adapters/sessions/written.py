"""A session record as text, for those who keep it outside of a table."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from service_layer.records import SessionRecord

_TIMES = ("authenticated_at", "created_at", "last_seen_at", "expires_at")


def written(record: SessionRecord) -> str:
    return json.dumps(vars(record), default=datetime.isoformat, separators=(",", ":"))


def read(text: str) -> SessionRecord | None:
    """None for what another version, or somebody else, has written."""
    try:
        values: dict[str, Any] = json.loads(text)
        for name in _TIMES:
            values[name] = values[name] and datetime.fromisoformat(values[name])
        return SessionRecord(**values)
    except (ValueError, TypeError, KeyError):
        return None
