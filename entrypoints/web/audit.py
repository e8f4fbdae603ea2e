"""What a reviewer reads in the log: who did what, and was it allowed. From where and when is on every line."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import FilteringBoundLogger

from domain.users import Email
from service_layer.visitor import Visitor

log: FilteringBoundLogger = structlog.get_logger("lockstep.security")


def note(event: str, visitor: Visitor, **facts: object) -> None:
    """Something happened on behalf of this visitor; `facts` hold nothing that is secret or typed by them."""
    log.info(event, **_who(visitor), **facts)


def note_refusal(scope: MutableMapping[str, Any], code: str, status: int) -> None:
    """A crash is told by whoever caught it, with its traceback."""
    if status == 500:
        return
    visitor = scope["state"].get("visitor")
    say = log.warning if status == 429 else log.info
    say("refused", code=code, status=status, **(_who(visitor) if visitor else {}))


def about(account: Email) -> None:
    """Every further line of this request says whose account it is about, without the whole address."""
    structlog.contextvars.bind_contextvars(account=masked(account))


def masked(email: Email) -> str:
    local, _, domain = email.key.rpartition("@")
    return f"{local[:1]}***@{domain}"


def _who(visitor: Visitor) -> dict[str, object]:
    return {"user_id": visitor.user_id, **({"operator": True} if visitor.operator else {})}
