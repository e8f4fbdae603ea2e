"""The visitor's session, and all the sessions of a user."""

from __future__ import annotations

from domain.errors import InvalidCredentials, NotFound, Unauthenticated
from entrypoints.web.audit import about, note
from entrypoints.web.declared import problems
from entrypoints.web.given import Run, Service, Who
from entrypoints.web.models.sessions import LogInIn, PreferencesIn, PreferencesOut, SessionOut, SessionsOut
from entrypoints.web.route import router as new_router
from service_layer.commands import (
    ChangePreferences,
    EndSession,
    EndSessions,
    LogOut,
    SeeSession,
    SeeSessions,
)
from service_layer.flows.identity import TooManyAttempts
from service_layer.handlers import sessions

router = new_router("sessions")


@router.post("/session", status_code=201, responses=problems(InvalidCredentials, TooManyAttempts))
async def log_in(body: LogInIn, run: Run, services: Service, who: Who) -> SessionOut:
    """A session under a new id; whatever session there was before ends."""
    about(body.email)
    view = await services.identity.log_in(run, body.email, body.password, who.ip)
    note("logged in", who, by="password", as_user=view.user_id)
    return SessionOut.of(view)


@router.get("/session")
async def see_session(run: Run) -> SessionOut:
    """The visitor's session; nulls where there is none."""
    return SessionOut.of(await run(sessions.see_session, SeeSession()))


@router.delete("/session", status_code=204)
async def log_out(run: Run, who: Who) -> None:
    """The session ends here and now; repeating changes nothing."""
    await run(sessions.log_out, LogOut())
    note("logged out", who)


@router.patch("/session/preferences", responses=problems("session-too-large"))
async def change_preferences(body: PreferencesIn, run: Run) -> PreferencesOut:
    """A JSON merge patch; answers with the whole preferences. The first one begins a session."""
    return PreferencesOut(await run(sessions.change_preferences, ChangePreferences(patch=body.root)))


@router.get("/sessions", responses=problems(Unauthenticated))
async def list_sessions(run: Run, services: Service) -> SessionsOut:
    """Every session of the caller, as far as the store of sessions can tell."""
    return SessionsOut.of(await run(sessions.see_sessions, SeeSessions()), services.sessions)


@router.delete("/sessions/{handle}", status_code=204, responses=problems(Unauthenticated, NotFound))
async def end_session(handle: str, run: Run, who: Who) -> None:
    """One of the caller's sessions ends."""
    await run(sessions.end_session, EndSession(handle=handle))
    note("session ended", who, reason="by its owner")


@router.delete("/sessions", status_code=204, responses=problems(Unauthenticated))
async def end_sessions(run: Run, who: Who) -> None:
    """All of the caller's sessions end, this one included."""
    await run(sessions.end_sessions, EndSessions())
    note("all sessions ended", who, reason="by their owner")
