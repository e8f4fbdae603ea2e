"""From a path to its endpoint."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from entrypoints.web.problems import Problem
from entrypoints.web.route import Route

Found = tuple[ASGIApp, dict[str, str]]


class Paths:
    """The first route that fits; a path without parameters is not even compared with the others."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = [(method, route) for route in routes for method in route.methods or ()]
        known = {
            (method, written)
            for method, route in self._routes
            if "{" not in route.path
            for written in (route.path.rstrip("/"), route.path.rstrip("/") + "/")
        }
        self._known: dict[tuple[str, str], Found] = {asked: self._search(*asked) for asked in known}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises `Problem` for a path that is not there, or takes other methods."""
        method, path, root = scope["method"], scope["path"], scope.get("root_path", "")
        if path.startswith(f"{root}/"):
            path = path.removeprefix(root)
        app, scope["path_params"] = self._known.get((method, path)) or self._search(method, path)
        await app(scope, receive, send)

    def _search(self, method: str, path: str) -> Found:
        for other, route in self._routes:
            if other == method and (match := route.path_regex.match(path)):
                return route.app, match.groupdict()
        raise self._nothing(path)

    def _nothing(self, path: str) -> Problem:
        methods = {method for method, route in self._routes if route.path_regex.match(path)}
        if not methods:
            return Problem("not-found", "There is nothing at this path.")
        allowed = sorted(methods | ({"HEAD"} if "GET" in methods else set[str]()))
        return Problem("method-not-allowed", "Not that way.", headers={"Allow": ", ".join(allowed)})
