"""What another site may make a browser do here: nothing that changes anything (OWASP: cross-site request forgery)."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from entrypoints.web.declared import SAFE
from entrypoints.web.fields import Fields, fields_of
from entrypoints.web.problems import Problem


class CrossSite:
    """Refuses unsafe methods that come from elsewhere. Whoever has the operators' token is no browser."""

    def __init__(self, app: ASGIApp, trusted: Collection[str]) -> None:
        self._app = app
        self._trusted = frozenset(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises `Problem`."""
        if not self._may(scope):
            raise Problem("cross-site", "This was sent by another site.")
        await self._app(scope, receive, send)

    def _may(self, scope: Scope) -> bool:
        harmless = scope["method"] in SAFE or scope["state"]["visitor"].operator
        return harmless or is_ours(fields_of(scope), self._trusted)


def is_ours(fields: Fields, trusted: Collection[str]) -> bool:
    """By what the browser says of the sender; a header that came twice says nothing good."""
    sites, origins = fields.every(b"sec-fetch-site"), fields.every(b"origin")
    if len(origins) == 1 and origins[0] in trusted:
        return True
    if sites:
        return sites in (["same-origin"], ["none"])
    return not origins or (len(origins) == 1 and _is_own(origins[0], fields.first(b"host")))


def _is_own(origin: str, host: str | None) -> bool:
    """The scheme is left out of it: behind a proxy that ends TLS, ours is not the browser's."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and origin == f"{parts.scheme}://{parts.netloc}" and parts.netloc == host
