"""For whoever asks, a database that has the schema and nothing else."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from adapters.sql.schema import migrate
from adapters.sql.tables import METADATA
from tests.harness.postgres import THROW_OUT, fresh_database


@pytest.fixture(scope="session")
def postgres_database(postgres: str) -> Iterator[str]:
    """A database that a whole worker uses, test after test."""
    with fresh_database() as url:
        migrate(url)
        yield url


def empty(url: str) -> None:
    """Whoever still hangs on from the test before is thrown out first."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(THROW_OUT)
        for table in reversed(METADATA.sorted_tables):
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)))


@pytest.fixture
def postgres_url(postgres_database: str) -> str:
    """A database with the schema and nothing else; nobody else uses it meanwhile."""
    empty(postgres_database)
    return postgres_database
