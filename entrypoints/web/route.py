"""One endpoint over HTTP: its arguments taken from the request, its answer written as pydantic's JSON."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from entrypoints.web import bodies, declared
from entrypoints.web.admission import admission_to
from entrypoints.web.given import Given, run_of
from entrypoints.web.models.common import Out
from entrypoints.web.problems import Problem
from entrypoints.web.reply import Body, Reply, json_of
from service_layer.commands import Query

JSON: Final = "application/json"


class Route(APIRoute):
    """FastAPI reads the signature and documents it; the arguments are taken here, at a third of the cost.

    An endpoint takes parts of its path as `str`, one pydantic model as its body, and whatever is `Given`; it returns
    a model, a `Reply` with one, a `Response`, or None. Its path is answered with and without a slash at the end.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        hints = get_type_hints(endpoint, include_extras=True)
        answer = hints.pop("return", None)
        self.givens = {name: given for name, hint in hints.items() if (given := _given(hint))}
        self.bodies = {name: hint for name, hint in hints.items() if _is_subclass(hint, BaseModel)}
        model = _model_of(answer)
        options |= {"response_model": model, "response_description": inspect.getdoc(model) if model else "Done."}
        given = self.givens.values()
        own: declared.Responses = options.get("responses") or {}
        more: dict[str, Any] = options.get("openapi_extra") or {}
        codes = declared.codes_of(own)
        self.admission = admission_to(codes)
        options["openapi_extra"] = declared.additions(more, codes, given)
        options["responses"] = declared.responses(own, options.get("methods") or (), given, body=bool(self.bodies))
        super().__init__(path, endpoint, **options)
        self.path_regex = _either_slash(self.path_regex)
        self.app = self._answering()

    def _answering(self) -> ASGIApp:
        endpoint, status = self.endpoint, self.status_code or 200
        takes = [(name, given.dependency) for name, given in self.givens.items() if given.dependency]
        models = list(self.bodies.items())

        async def arguments(request: Request) -> dict[str, Any]:
            values: dict[str, Any] = dict(request.path_params)
            for name, take in takes:
                values[name] = take(request)
            for name, model in models:
                values[name] = await bodies.read(request, model)
            if not models:
                await bodies.skip(request)
            return values

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            request = Request(scope, receive, send)
            try:
                values = await arguments(request)
            except Problem as problem:
                await self._admit(request, problem)
                raise
            response = _written(await endpoint(**values), status)
            await response(scope, receive, send)

        return app

    async def _admit(self, request: Request, problem: Problem) -> None:
        """Who may not ask is told so, rather than how to ask better; a body too large is too large for anybody."""
        if self.admission is not None and problem.code != "body-too-large":
            await run_of(request)(self.admission, Query())


def router(tag: str) -> APIRouter:
    """A resource's endpoints. An operation is called what its function is called."""
    return APIRouter(tags=[tag], route_class=Route, generate_unique_id_function=lambda route: route.name)


def _written(answer: object, status: int) -> Response:
    match answer:
        case Response():
            return answer
        case Reply(body, headers, other) if body is not None:
            return Response(json_of(body), other or status, headers, JSON)
        case Reply(_, headers, other):
            return Response(None, other or status, headers)
        case Out() | BaseModel():
            return Response(json_of(answer), status, None, JSON)
        case _:
            return Response(status_code=status)


def _given(hint: object) -> Given | None:
    return next((extra for extra in getattr(hint, "__metadata__", ()) if isinstance(extra, Given)), None)


def _is_subclass(hint: object, kind: Any) -> bool:  # noqa: ANN401  # what `issubclass` takes
    return isinstance(hint, type) and issubclass(hint, kind)


def _model_of(answer: Any) -> Any:  # noqa: ANN401  # an annotation
    """The body's model, for the documentation; of several, the first is the usual one."""
    if get_origin(answer) is Union:
        return _model_of(get_args(answer)[0])
    if get_origin(answer) is Reply:
        return get_args(answer)[0]
    return answer if _is_subclass(answer, Body) else None


def _either_slash(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """Both forms of a path are one; and no id has a NUL in it, which some databases would not even be asked for."""
    text = pattern.pattern.removesuffix("$").removesuffix("/").replace("[^/]+", r"[^/\x00]+")
    return re.compile(text + r"/?\Z")
