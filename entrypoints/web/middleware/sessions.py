"""The session's way in and out, and what becomes of it when a request fails."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from entrypoints.services import Services
from entrypoints.web.audit import note
from entrypoints.web.declared import SAFE
from entrypoints.web.middleware.cookies import SessionCookie
from entrypoints.web.middleware.outgoing import Outgoing
from entrypoints.web.middleware.visitors import Visitors
from entrypoints.web.problems import REFUSALS, problem_of, response_to
from service_layer.commands import LogOut, Touch
from service_layer.handlers.sessions import log_out, touch
from service_layer.ports.errors import OutcomeUnknown, Unavailable
from service_layer.visitor import Visitor

ASIDE: Final = 1.0  # seconds for what a request is not about, such as being seen
log: FilteringBoundLogger = structlog.get_logger("lockstep.web")


class Sessions:
    """Answers whatever fails within, so that a crash, too, is answered with the cookie in hand.

    A refusal leaves the session alone and so does an outage; a crash ends it (HTTP.md, "Session cookie").
    """

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._runner = services.runner
        self._cookie = SessionCookie(services.settings.cookie_name, services.settings.secure)
        self._visitors = Visitors(services.settings, self._cookie)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visitor = scope["state"]["visitor"] = self._visitors.of(scope)
        came = visitor.cookie is not None
        outgoing = Outgoing(send, visitor, self._cookie, self._touch)
        try:
            await self._app(scope, receive, outgoing.send)
            return
        except ClientDisconnect:  # nobody is left to be answered, and nothing has gone wrong
            return
        except asyncio.CancelledError:  # the server stops, and has waited long enough
            problem = problem_of(Unavailable() if scope["method"] in SAFE else OutcomeUnknown())
        except REFUSALS as refusal:
            problem = problem_of(refusal)
            refusal.__traceback__ = None  # which would grow: the lane refuses many with the same one
        except Exception as error:
            log.error("crash", user_id=visitor.user_id, exc_info=error)
            await self._end(visitor, came=came)
            problem = problem_of(error)
        if not outgoing.begun:  # else the connection is closed, in the middle of the answer
            await response_to(problem, scope)(scope, receive, outgoing.send)

    async def _touch(self, visitor: Visitor) -> None:
        """A read has seen the session: that is written now and then, and never at the price of the read."""
        try:
            await self._runner.for_visitor(visitor, ASIDE)(touch, Touch())
        except Exception as error:
            log.warning("a session could not be noted as seen", kind=type(error).__name__)

    async def _end(self, visitor: Visitor, *, came: bool) -> None:
        """After a crash nobody knows what the session is worth: the record goes, and the cookie that came."""
        try:
            await self._runner.for_visitor(visitor, ASIDE)(log_out, LogOut())
        except Exception as error:
            log.warning("a session outlives a crash", kind=type(error).__name__)
        visitor.forget_cookie()
        visitor.dead = came
        if came:
            note("session ended", visitor, reason="crash")
