"""The schema of a database: made, brought up to date, and compared with what this version needs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from threading import Lock
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Text, inspect, literal_column, select, table
from sqlalchemy.exc import DBAPIError

from adapters.sql.addresses import database_at
from adapters.sql.connections import unless_had
from adapters.sql.database import Database
from adapters.sql.trouble import SchemaAhead
from service_layer.ports.errors import Conflict

Status = Literal["current", "behind", "ahead", "empty"]

STEPS = Path(__file__).with_name("migrations")
MOST_ATTEMPTS = 5  # of processes that all find an empty database and make the same tables at once
_ONE_AT_A_TIME = Lock()  # Alembic's context is one for the process


def status(url: str) -> Status:
    """How the schema compares with what this version needs. Raises `DatabaseTrouble`, `Unavailable`."""
    database = database_at(url)
    if not database.is_there():
        return "empty"
    try:
        with database.engine(write=False).connect() as connection:
            return _status(connection)
    except Exception as error:
        failure = _failure(database, error)
        raise failure from failure.__cause__


def migrate(url: str) -> None:
    """Makes the schema, or brings it up to date; any number of processes may do so at once.

    Raises `SchemaAhead` and other `DatabaseTrouble`, `Unavailable`.
    """
    database = database_at(url)
    with _ONE_AT_A_TIME:
        for attempt in range(1, MOST_ATTEMPTS + 1):
            try:
                _upgrade(database)
            except Exception as error:
                failure = _failure(database, error)
                if attempt == MOST_ATTEMPTS or not isinstance(failure, Conflict):
                    raise failure from failure.__cause__
            else:
                return


def _upgrade(database: Database) -> None:
    database.make_room()
    with database.engine(write=True).begin() as connection:
        _queue_up(connection)
        if _status(connection) == "ahead":
            raise SchemaAhead("a newer version has been here: start that one, or restore an older backup")
        config = Config()
        config.set_main_option("script_location", str(STEPS))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _queue_up(connection: Connection) -> None:
    """Whoever comes second waits until the first is done, and finds the schema as that one left it."""
    if inspect(connection).has_table("alembic_version"):
        connection.execute(
            select(literal_column("version_num", Text)).select_from(table("alembic_version")).with_for_update()
        )


def _status(connection: Connection) -> Status:
    found = MigrationContext.configure(connection).get_current_revision()
    if found is None:
        return "empty"
    if found == known_steps().get_current_head():
        return "current"
    return "behind" if found in {step.revision for step in known_steps().walk_revisions()} else "ahead"


@cache
def known_steps() -> ScriptDirectory:
    return ScriptDirectory(str(STEPS))


def _failure(database: Database, error: Exception) -> Exception:
    cause = error.orig if isinstance(error, DBAPIError) and isinstance(error.orig, Exception) else error
    return database.trouble(cause) or unless_had(database.translated(cause))
