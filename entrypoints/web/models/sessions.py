"""Sessions over the wire."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, cast

from pydantic import AfterValidator, RootModel

from entrypoints.web.models.common import In, Out, shown
from entrypoints.web.models.users import AnEmail, OldPassword
from service_layer.ports.sessions import SessionCapabilities
from service_layer.views import SessionRow, SessionView

DEEPEST = 32  # levels of preferences


class LogInIn(In):
    """Who it is."""

    model_config = shown({"email": "ada@example.com", "password": "plenty-of-room-42"})

    email: AnEmail
    password: OldPassword


def keepable(value: Any, depth: int = DEEPEST) -> Any:  # noqa: ANN401  # JSON
    """Raises `ValueError` for what a database could not keep, or could not give back as it was."""
    if depth == 0:
        raise ValueError(f"preferences take at most {DEEPEST} levels")
    if isinstance(value, str) and any(unicodedata.category(one) == "Cs" or one == "\0" for one in value):
        raise ValueError("text takes no NUL and no lone surrogates")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number is too large")
    for part in _parts(value):
        keepable(part, depth - 1)
    return value


def _parts(value: Any) -> Iterable[Any]:  # noqa: ANN401  # JSON
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return [*members.keys(), *members.values()]
    return cast("list[Any]", value) if isinstance(value, list) else ()


class PreferencesIn(RootModel[Annotated[dict[str, Any], AfterValidator(keepable)]]):
    """A merge patch (RFC 7396): members replace those of the same name, null removes one."""

    model_config = shown({"theme": "dark", "rows": None})


class PreferencesOut(RootModel[dict[str, Any]]):
    """All preferences: whatever JSON the client has put there."""


class SessionOut(Out):
    """The visitor's session; nulls where there is none."""

    authenticated: bool
    user_id: str | None
    roles: list[str]
    last_order_id: str | None
    preferences: dict[str, Any]
    expires_at: datetime | None
    idle_expires_at: datetime | None

    @classmethod
    def of(cls, view: SessionView) -> SessionOut:
        return cls(
            authenticated=view.user_id is not None,
            user_id=view.user_id,
            roles=sorted(view.roles),
            last_order_id=view.last_order_id,
            preferences=view.preferences,
            expires_at=view.expires_at,
            idle_expires_at=view.idle_expires_at,
        )


class SessionRowOut(Out):
    """One session; `handle` ends it, and is worth nothing else."""

    handle: str
    created_at: datetime
    last_seen_at: datetime
    user_agent: str
    ip: str
    current: bool

    @classmethod
    def of(cls, row: SessionRow) -> SessionRowOut:
        return cls(
            handle=row.handle,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            user_agent=row.user_agent,
            ip=row.ip,
            current=row.current,
        )


class SessionsOut(Out):
    """One's own sessions, newest first. `limits` says what this store of sessions cannot do."""

    data: list[SessionRowOut]
    limits: list[str]

    @classmethod
    def of(cls, rows: list[SessionRow], capabilities: SessionCapabilities) -> SessionsOut:
        return cls(data=[SessionRowOut.of(row) for row in rows], limits=list(capabilities.limits))
