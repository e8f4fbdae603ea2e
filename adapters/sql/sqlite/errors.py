"""What SQLite complains of, in the words of our ports."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from adapters.sql.trouble import ConnectionLost, DatabaseTrouble, NotADatabase, NotWritable
from domain.errors import LawBroken
from service_layer.ports.errors import Conflict, Unavailable

_TAKEN = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_SCHEMA}
_FOR_READING_ONLY = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
_OUT_OF_ORDER = {
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_PERM, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_READONLY,
}  # fmt: skip


def translated(error: Exception) -> Exception:
    """As the store's ports know it."""
    if not isinstance(error, sqlite3.Error):
        return error
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return _because(error, ConnectionLost())
    if code & 0xFF in _BUSY or code in _TAKEN:
        return Conflict(error.sqlite_errorname)
    if code & 0xFF == sqlite3.SQLITE_CONSTRAINT:
        return LawBroken(str(error))  # it names the constraint and quotes no value
    if code & 0xFF in _OUT_OF_ORDER or str(error).startswith("no such"):
        return _because(error, Unavailable())
    return error


def trouble(error: Exception, path: Path) -> DatabaseTrouble | None:
    """What the operator has to mend about the file at `path`."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT} or path.is_dir():
        return NotADatabase(f"{path} is not a SQLite database")
    if code in _FOR_READING_ONLY or isinstance(error, OSError):
        return NotWritable(f"{path} cannot be written: see its permissions, and its folder's")
    return None


def _because(cause: Exception, error: Exception) -> Exception:
    error.__cause__ = cause
    return error
