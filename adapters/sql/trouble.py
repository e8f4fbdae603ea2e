"""What can be wrong with a database, beyond what the store's ports have a name for."""

from service_layer.ports.errors import Conflict


class ConnectionLost(Conflict):
    """Before anything was committed: the units may run again, on another connection."""


class DatabaseTrouble(Exception):
    """Nothing that waiting would mend; one line, for whoever runs the service."""


class SchemaAhead(DatabaseTrouble):
    """A newer version of the service has been here."""


class NotADatabase(DatabaseTrouble):
    """There is something else, or nothing, where the database should be."""


class NotWritable(DatabaseTrouble):
    """The database is there, for reading at most."""


class AccessRefused(DatabaseTrouble):
    """The server does not let us in."""


class StatementRefused(Exception):
    """A statement that the database does not take: a bug."""
