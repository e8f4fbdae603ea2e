"""What an endpoint is given besides its body: each thing taken from the request by one plain function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, cast

from fastapi import FastAPI, params
from starlette.requests import Request

from entrypoints.services import Services
from entrypoints.web.problems import FieldError, invalid
from service_layer import runner
from service_layer.visitor import Visitor


@dataclass(frozen=True, eq=False)
class Given(params.Depends):
    """Our `Route` calls `dependency` with the request, in place: a thread hop would cost more than all of them do.

    `parameters` are what OpenAPI has to say of it, `problems` the codes it may refuse with.
    """

    parameters: tuple[Mapping[str, Any], ...] = ()
    problems: tuple[str, ...] = ()


def services_of(request: Request) -> Services:
    return cast("Services", request.app.state.services)


def visitor_of(request: Request) -> Visitor:
    """Whom the session middleware has seen."""
    return cast("Visitor", request.scope["state"]["visitor"])


def run_of(request: Request) -> runner.Run:
    """The visitor's way to have units run, for as long as the request may take."""
    services = services_of(request)
    return services.runner.for_visitor(visitor_of(request), services.settings.request_deadline_seconds)


def api_of(request: Request) -> dict[str, Any]:
    """The OpenAPI document."""
    return cast("FastAPI", request.app).openapi()


def dry_run_of(request: Request) -> bool:
    """Raises `Problem` for anything but `true` and `false`."""
    asked = request.query_params.get("dry_run", "false") if request.scope["query_string"] else "false"
    if asked not in ("true", "false"):
        raise invalid(FieldError("", "dry_run, in the query, takes true or false"))
    return asked == "true"


_DRY_RUN = {
    "name": "dry_run",
    "in": "query",
    "description": "Whether only to quote: then nothing is changed, and the answer is 200.",
    "schema": {"type": "boolean", "default": False},
}

Run = Annotated[runner.Run, Given(run_of)]
Service = Annotated[Services, Given(services_of)]
Api = Annotated[dict[str, Any], Given(api_of)]
Who = Annotated[Visitor, Given(visitor_of)]
DryRun = Annotated[bool, Given(dry_run_of, parameters=(_DRY_RUN,))]
