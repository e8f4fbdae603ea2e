"""Lists in pages: which part is wanted, and where the next one is (RFC 8288)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from starlette.requests import Request

from entrypoints.web.given import Given
from entrypoints.web.problems import FieldError, base_url, invalid

USUAL = 20
MOST = 100
_LIMIT = re.compile(r"[0-9]{1,3}")
_ID = re.compile(r"[!-~]{1,255}")


@dataclass(frozen=True, slots=True)
class Part:
    """So many of a list, from behind `after`. `url` is the list's own."""

    url: str
    limit: int = USUAL
    after: str | None = None

    def link(self, last: str | None) -> dict[str, str]:
        """The header that leads behind the id `last`; none where that is None."""
        if last is None:
            return {}
        query = urlencode({"limit": self.limit, "starting_after": last})
        return {"Link": f'<{self.url}?{query}>; rel="next"'}


def part_of(request: Request) -> Part:
    """Raises `Problem` for a limit or an id that cannot be."""
    url = base_url(request.scope) + request.scope["path"]
    if not request.scope["query_string"]:
        return Part(url)
    limit = request.query_params.get("limit", str(USUAL))
    after = request.query_params.get("starting_after")
    if not _LIMIT.fullmatch(limit) or not 1 <= int(limit) <= MOST:
        raise invalid(FieldError("", f"limit, in the query, takes 1 to {MOST}"))
    if after is not None and not _ID.fullmatch(after):
        raise invalid(FieldError("", "starting_after, in the query, takes an id from the list"))
    return Part(url, int(limit), after)


_PARAMETERS = (
    {
        "name": "limit",
        "in": "query",
        "description": "How many to tell at once.",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
    },
    {
        "name": "starting_after",
        "in": "query",
        "description": "The id of the last one you have; the Link header of an answer has it ready.",
        "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    },
)
Wanted = Annotated[Part, Given(part_of, parameters=_PARAMETERS, problems=("validation-failed",))]
