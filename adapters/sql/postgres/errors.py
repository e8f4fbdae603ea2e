"""What PostgreSQL and its driver complain of, in the words of our ports. The codes are in the manual's appendix A."""

from __future__ import annotations

import psycopg

from adapters.sql.trouble import AccessRefused, ConnectionLost, DatabaseTrouble, NotWritable, StatementRefused
from domain.errors import LawBroken
from service_layer.ports.errors import Conflict, Unavailable

_CONFLICTS = {
    "23505",  # unique_violation
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
    "55P03",  # lock_not_available
    "42P07",  # duplicate_table, and the next: two that migrate at once
    "42710",  # duplicate_object
}
_LOST = {
    "25P03",  # idle_in_transaction_session_timeout
    "57P01",  # admin_shutdown
    "57P02",  # crash_shutdown
    "57P03",  # cannot_connect_now
    "57P05",  # idle_session_timeout
}
_OUTAGES = {
    "25006",  # read_only_sql_transaction: a standby
    "42P01",  # undefined_table, and the next: the schema is behind
    "42703",  # undefined_column
}
_OUTAGE_CLASSES = {"53", "57", "58"}  # resources, operator intervention, system
_PASSING = ("starting up", "shutting down", "in recovery", "not yet accepting", "too many", "connection slots")


def translated(error: Exception) -> Exception:
    """Without anything of the statement or its values; only of an outage the cause is kept."""
    if not isinstance(error, psycopg.Error):
        return error
    code = error.sqlstate
    if code is None and not isinstance(error, psycopg.OperationalError):
        return error  # the driver's own refusal of a value, which it does not quote
    if code is None or is_lost(code):
        return _because(error, ConnectionLost())
    if code in _CONFLICTS:
        return Conflict(type(error).__name__)
    if code in _OUTAGES or code[:2] in _OUTAGE_CLASSES:
        return _because(error, Unavailable())
    if code.startswith("23"):
        return LawBroken(f"{type(error).__name__}: {error.diag.constraint_name or error.diag.column_name}")
    return StatementRefused(f"{type(error).__name__} ({code})")


def trouble(error: Exception) -> DatabaseTrouble | None:
    """What the operator has to mend: an address that makes no sense, or a refusal at the door, which has no code."""
    if not isinstance(error, psycopg.Error):
        return None
    address = str(error).removeprefix("connection is bad: ").partition("\n")[0]
    if error.sqlstate is None and address.startswith("invalid "):
        return AccessRefused(address)
    if error.sqlstate == "42501":
        return NotWritable("the server does not let this user change the schema: it needs CREATE on it")
    _, fatal, reason = str(error).partition("FATAL:")
    if error.sqlstate is None and fatal and not any(word in reason for word in _PASSING):
        return AccessRefused(f"the server refuses the connection: {reason.strip().splitlines()[0]}")
    return None


def is_lost(code: str) -> bool:
    """Whether that was the server's last word on this connection."""
    return code in _LOST or code.startswith("08")


def _because(cause: Exception, error: Exception) -> Exception:
    error.__cause__ = cause
    return error
