"""The service over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp

from domain.errors import DomainError
from entrypoints.services import Services
from entrypoints.web.middleware.body_limit import BodyLimit
from entrypoints.web.middleware.cross_site import CrossSite
from entrypoints.web.middleware.envelope import Envelope, security_headers
from entrypoints.web.middleware.head import Head
from entrypoints.web.middleware.proxies import Proxies
from entrypoints.web.middleware.sessions import Sessions
from entrypoints.web.openapi import DESCRIPTION, completed
from entrypoints.web.problems import Problem, refuse, refuse_in_general
from entrypoints.web.routers import accounts, health, ops, orders, pages, products, sessions, transfers, users
from entrypoints.web.workers import Workers
from service_layer.ports.errors import OutcomeUnknown, SessionTooLarge, Unavailable

HOTTEST_FIRST = (orders, products, sessions, accounts, transfers, users, health, ops, pages)
REFUSALS = (DomainError, Problem, SessionTooLarge, Unavailable, OutcomeUnknown)


class Web(FastAPI):
    """FastAPI with our own middleware outside of everything it has, and a document completed by us."""

    def __init__(self, services: Services) -> None:
        super().__init__(
            title="Lockstep",
            description=DESCRIPTION,
            version=_version(),
            routes=[route for resource in HOTTEST_FIRST for route in resource.router.routes],
            exception_handlers={**dict.fromkeys(REFUSALS, refuse), HTTPException: refuse_in_general},
            lifespan=_lifespan,
            redirect_slashes=False,
            openapi_url=None,
            docs_url=None,
            redoc_url=None,
        )
        self.state.services = services

    def build_middleware_stack(self) -> ASGIApp:
        """`Sessions` stands in for Starlette's answer to crashes, which knows no cookies; what FastAPI has for forms,
        telemetry and dependencies with `yield`, no `Route` needs.
        """
        services: Services = self.state.services
        app = BodyLimit(Head(ExceptionMiddleware(self.router, self.exception_handlers)))
        app = CrossSite(app, services.settings.trusted_origins)
        app = Sessions(app, services)
        app = Envelope(app, services.ids, secure=services.settings.secure)
        return Proxies(app, services.settings.trusted_proxies)

    def openapi(self) -> dict[str, Any]:
        """Made once."""
        if self.openapi_schema is None:
            services: Services = self.state.services
            self.openapi_schema = completed(super().openapi(), services.settings.cookie_name)
        return self.openapi_schema


def create_app(services: Services) -> FastAPI:
    """The service, ready for an ASGI server. It starts and stops what `services` holds."""
    return Web(services)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[dict[str, Any]]:
    """What it yields is for `Protocol`, which answers before there is a request."""
    services: Services = app.state.services
    services.runner.start()
    workers = Workers(services)
    workers.start()
    try:
        yield {"ids": services.ids, "security": security_headers(secure=services.settings.secure)}
    finally:
        await workers.stop()
        await asyncio.to_thread(services.runner.stop)
        services.close()


def _version() -> str:
    try:
        return version("lockstep")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"
