"""Sessions: begun at log-in, looked at, changed, ended."""

from __future__ import annotations

from typing import Any, cast

from domain.errors import InvalidCredentials, NotFound
from service_layer.commands import (
    ChangePreferences,
    ClearExpired,
    EndSession,
    EndSessions,
    LogIn,
    LogOut,
    SeeSession,
    SeeSessions,
    Touch,
)
from service_layer.idempotency import KEPT
from service_layer.ports.clock import Clock
from service_layer.session import Session
from service_layer.unit_of_work import UnitOfWork
from service_layer.views import SessionRow, SessionView


def log_in(command: LogIn, uow: UnitOfWork, clock: Clock) -> SessionView:
    """A session under a new id. Raises `InvalidCredentials` where the password was changed since it was checked."""
    with uow:
        user = uow.users.find(command.user_id)
        if user is None or user.disabled_at is not None or user.password_hash != command.password_hash:
            raise InvalidCredentials
        if command.rehashed is not None:
            user.change_password(command.rehashed)
        uow.session.log_in(user, clock.now())
        uow.commit()
        return _view(uow.session)


def log_out(command: LogOut, uow: UnitOfWork) -> None:
    """The id is dead; repeating changes nothing."""
    with uow:
        uow.session.log_out()
        uow.commit()


def touch(command: Touch, uow: UnitOfWork) -> None:
    """The session was seen, and its cookie is sealed with the newest key."""
    with uow:
        uow.commit()


def see_session(query: SeeSession, uow: UnitOfWork) -> SessionView:
    """The visitor's session, or nulls."""
    with uow:
        return _view(uow.session)


def change_preferences(command: ChangePreferences, uow: UnitOfWork) -> dict[str, Any]:
    """The whole preferences, patched. Raises `SessionTooLarge` past 4 KB."""
    with uow:
        uow.session.preferences = merge_patch(uow.session.preferences, command.patch)
        uow.commit()
        patched: dict[str, Any] = uow.session.preferences
        return patched


def see_sessions(query: SeeSessions, uow: UnitOfWork) -> list[SessionRow]:
    """Every live session of the caller, newest first. Raises `Unauthenticated`."""
    with uow:
        records = uow.sessions_of(uow.session.require_user())
        current = uow.session.record
        return [
            SessionRow(
                handle=record.handle,
                created_at=record.created_at,
                last_seen_at=record.last_seen_at,
                user_agent=record.user_agent,
                ip=record.ip,
                current=current is not None and record.key == current.key,
            )
            for record in sorted(records, key=lambda record: record.handle, reverse=True)
        ]


def end_session(command: EndSession, uow: UnitOfWork) -> None:
    """One of the caller's sessions, this one perhaps. Raises `Unauthenticated`, `NotFound`."""
    with uow:
        ended = [r for r in uow.sessions_of(uow.session.require_user()) if r.handle == command.handle]
        if not ended:
            raise NotFound("session")
        uow.end_session(ended[0])
        uow.commit()


def end_sessions(command: EndSessions, uow: UnitOfWork) -> None:
    """All of the caller's sessions, this one included. Raises `Unauthenticated`."""
    with uow:
        uow.end_sessions_of(uow.session.require_user())
        uow.commit()


def clear_expired(command: ClearExpired, uow: UnitOfWork, clock: Clock) -> int:
    """Clears away up to `limit` sessions, as many counters of attempts, and as many idempotency keys; how many."""
    with uow:
        now = clock.now()
        records = uow.session_store.expired(now, command.limit, uow.sessions)
        for record in records:
            uow.end_session(record)
        attempts = uow.attempts.due(now, command.limit)
        for attempt in attempts:
            uow.attempts.remove(attempt)
        keys = uow.keys.due(now, command.limit)
        for key in keys:
            if key.answer is None:
                key.expires_at = now + KEPT  # somebody may still come for it
            else:
                uow.keys.remove(key)
        uow.commit()
        return len(records) + len(attempts) + len(keys)


def merge_patch(target: object, patch: object) -> Any:  # noqa: ANN401  # JSON
    """RFC 7396, section 2."""
    if not isinstance(patch, dict):
        return patch
    merged: dict[str, object] = dict(cast(dict[str, object], target)) if isinstance(target, dict) else {}
    for name, value in cast(dict[str, object], patch).items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


def _view(session: Session) -> SessionView:
    return SessionView(
        user_id=session.user_id,
        roles=session.roles,
        last_order_id=session.last_order_id,
        preferences=session.preferences,
        expires_at=session.expires_at,
        idle_expires_at=session.idle_expires_at,
    )
