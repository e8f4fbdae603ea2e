"""The service over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any, cast

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from entrypoints.services import Services
from entrypoints.web.middleware.body_limit import BodyLimit
from entrypoints.web.middleware.cross_site import CrossSite
from entrypoints.web.middleware.envelope import Envelope, security_headers
from entrypoints.web.middleware.head import Head
from entrypoints.web.middleware.proxies import Proxies
from entrypoints.web.middleware.sessions import Sessions
from entrypoints.web.openapi import DESCRIPTION, completed
from entrypoints.web.paths import Paths
from entrypoints.web.route import Route
from entrypoints.web.routers import accounts, health, ops, orders, pages, products, sessions, transfers, users
from entrypoints.web.workers import Workers

HOTTEST_FIRST = (orders, products, sessions, accounts, transfers, users, health, ops, pages)


class Web(FastAPI):
    """FastAPI starts, stops and documents the service; requests come in by a way of our own."""

    def __init__(self, services: Services) -> None:
        routes = [route for resource in HOTTEST_FIRST for route in resource.router.routes]
        super().__init__(
            title="Lockstep",
            description=DESCRIPTION,
            version=_version(),
            routes=routes,
            lifespan=_lifespan,
            openapi_url=None,
            docs_url=None,
            redoc_url=None,
        )
        self.state.services = services
        self._way_in = _way_in(services, cast("list[Route]", routes))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What FastAPI has for forms, telemetry and dependencies with `yield`, no `Route` needs."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        scope["app"] = self
        await self._way_in(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """Made once."""
        if self.openapi_schema is None:
            services: Services = self.state.services
            self.openapi_schema = completed(super().openapi(), services.settings.cookie_name)
        return self.openapi_schema


def create_app(services: Services) -> FastAPI:
    """The service, ready for an ASGI server. It starts and stops what `services` holds."""
    return Web(services)


def _way_in(services: Services, routes: Sequence[Route]) -> ASGIApp:
    settings = services.settings
    app = CrossSite(BodyLimit(Paths(routes)), settings.trusted_origins)
    app = Envelope(Head(Sessions(app, services)), services.ids, secure=settings.secure)
    return Proxies(app, settings.trusted_proxies) if settings.trusted_proxies else app


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
