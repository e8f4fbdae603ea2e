"""The log: one event a line, with the request it belongs to; JSON for machines, aligned text for people."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

import structlog
from structlog.typing import EventDict, Processor

SECRET: Final = frozenset(
    {
        "authorization",
        "cookie",
        "current_password",
        "email",
        "new_password",
        "password",
        "secret",
        "set_cookie",
        "token",
    }
)
About = Callable[[], dict[str, object]]
request: Final[ContextVar[About]] = ContextVar("request")
"""What each line of a request says of it; most requests have no line, and are never asked."""
QUIET: Final = ("uvicorn", "uvicorn.access", "asyncio", "alembic", "sqlalchemy")


def set_up(*, readable: bool) -> None:
    """For this process, on stderr. What other libraries log comes out alike, from warnings up."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        tell_request,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        hide_secrets,
    ]
    render = _for_people() if readable else _for_machines()
    structlog.configure(
        processors=[*shared, *render],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # what it warns of, `Protocol` tells with a request's id


def tell_request(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Whose line it is, where it is one of a request."""
    about = request.get(None)
    return {**about(), **event} if about else event


def hide_secrets(_logger: object, _method: str, event: EventDict) -> EventDict:
    """A last line of defence: whoever logs must not pass these at all."""
    for name in SECRET & event.keys():
        event[name] = "(hidden)"
    return event


def _for_machines() -> list[Processor]:
    """Tracebacks without local variables, in which the secrets are."""
    frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
    return [structlog.processors.ExceptionRenderer(frames), structlog.processors.JSONRenderer()]


def _for_people() -> list[Processor]:
    return [
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), timestamp_key="at", exception_formatter=structlog.dev.plain_traceback
        )
    ]
