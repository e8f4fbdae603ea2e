"""Which database a URL names."""

from __future__ import annotations

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from adapters.sql.database import Database
from adapters.sql.sqlite.database import SqliteDatabase


def database_at(url: str) -> Database:
    """Raises `ValueError` for a URL of any other kind, `ImportError` where its driver is not installed."""
    address = parsed(url)
    if address.get_backend_name() == "sqlite":
        return SqliteDatabase(address)
    from adapters.sql.postgres.database import PostgresDatabase

    return PostgresDatabase(address)


def parsed(url: str) -> URL:
    """The URL with the driver that we use for it. Raises `ValueError`."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise ValueError("a database URL looks like sqlite:///shop.db or postgresql://host/shop") from None
    match address.drivername:
        case "sqlite":
            return address
        case "postgresql" | "postgres" | "postgresql+psycopg":
            return address.set(drivername="postgresql+psycopg")
        case other:
            raise ValueError(f"{other} is no database that this store knows: take sqlite or postgresql")
