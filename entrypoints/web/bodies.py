"""Bodies of JSON: read strictly, validated by their model, and told where they are wrong."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any, Final, NoReturn, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive

from entrypoints.web.fields import fields_of
from entrypoints.web.problems import FieldError, Problem, invalid

MOST_ERRORS: Final = 100


class NotOurJson(ValueError):
    """JSON by the letter of the grammar, perhaps, but not what two readers would understand alike."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """RFC 8259, section 4, leaves open which of two members with one name counts: here neither does."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotOurJson("An object has two members of the same name.")
    return members


def _constant(name: str) -> NoReturn:
    raise NotOurJson(f"{name} is no JSON.")


_JSON = json.JSONDecoder(object_pairs_hook=_members, parse_constant=_constant)


async def read(request: Request, model: type[BaseModel]) -> BaseModel:
    """The request's body as the model. Raises `Problem`."""
    fields = fields_of(request.scope)
    length = fields.first(b"content-length")
    empty = length == "0" or (length is None and b"transfer-encoding" not in fields)
    if not _is_json(fields.first(b"content-type")) and not empty:
        raise Problem("unsupported-media-type", "The body takes Content-Type: application/json.")
    return validated(model, parsed(await _whole(request.receive)))


async def skip(request: Request) -> None:
    """Where none was asked for, one of no announced length is measured all the same. Raises `Problem`."""
    if b"transfer-encoding" in fields_of(request.scope):
        await _whole(request.receive)


async def _whole(receive: Receive) -> bytes:
    """Raises `ClientDisconnect` where the rest never comes."""
    pieces: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        pieces.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(pieces)


def parsed(raw: bytes) -> Any:  # noqa: ANN401  # JSON
    """What the bytes say. Python's parser rather than pydantic's: it meets every member, so it sees the second of one
    name, and it lets a lone surrogate pass, so that the model can point at it. Raises `Problem`.
    """
    try:
        return _JSON.decode(raw.decode())
    except NotOurJson as error:
        raise invalid(FieldError("", str(error))) from error
    except UnicodeDecodeError as error:
        raise invalid(FieldError("", "The body is not UTF-8.")) from error
    except (ValueError, RecursionError) as error:  # malformed, a number of thousands of digits, too deep
        raise invalid(FieldError("", "The body is not well-formed JSON.")) from error


def validated(model: type[BaseModel], value: Any) -> BaseModel:  # noqa: ANN401  # JSON
    """Raises `Problem`, with an error for each thing that is wrong."""
    try:
        return model.__pydantic_validator__.validate_python(value)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[:MOST_ERRORS]
        raise invalid(*(FieldError(pointer(one["loc"], value), _detail(one)) for one in wrong)) from None


def pointer(loc: Sequence[int | str], body: Any) -> str:  # noqa: ANN401  # JSON
    """RFC 6901. What pydantic calls a location also names the variant of a union, which is no place in the body."""
    parts: list[int | str] = []
    for part in loc[:-1]:
        if part in _places(body):
            parts.append(part)
            body = body[part]
    parts += loc[-1:]
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def _places(value: Any) -> Collection[Any]:  # noqa: ANN401  # JSON
    if isinstance(value, dict):
        return cast("dict[str, Any]", value).keys()
    return range(len(cast("list[Any]", value))) if isinstance(value, list) else ()


def _detail(error: ErrorDetails) -> str:
    """Pydantic's words, where they do not repeat the client's."""
    match error["type"]:
        case "union_tag_invalid" | "union_tag_not_found":
            context = error.get("ctx", {})
            return f"{context['discriminator']} takes {context.get('expected_tags', 'one of the documented values')}"
        case "extra_forbidden":
            return "There is no such member."
        case _:
            return error["msg"].removeprefix("Value error, ")


def _is_json(content_type: str | None) -> bool:
    media_type = (content_type or "").partition(";")[0].strip().lower()
    return media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json"))
