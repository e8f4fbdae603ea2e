"""The schema: made, kept up to date, and told from what is no schema of ours."""

import multiprocessing
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, text

from adapters.sql import schema
from adapters.sql.addresses import parsed
from adapters.sql.schema import migrate, status
from adapters.sql.tables import METADATA
from adapters.sql.trouble import AccessRefused, DatabaseTrouble, NotADatabase, NotWritable, SchemaAhead
from service_layer.ports.errors import Unavailable
from tests.harness.postgres import fresh_database

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
NEXT_STEP = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{head}"

def upgrade():
    op.add_column("users", sa.Column("nickname", sa.Text()))
"""


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without a schema."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/data/shop.db"
    else:
        request.getfixturevalue("postgres")
        with fresh_database() as url:
            yield url


@contextmanager
def a_newer_version(tmp_path: Path) -> Iterator[None]:
    """As if this were the next version, with one more step."""
    steps = shutil.copytree(schema.STEPS, tmp_path / "steps")
    (steps / "versions" / "next.py").write_text(NEXT_STEP.format(head=schema.known_steps().get_current_head()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "STEPS", steps)
        schema.known_steps.cache_clear()
        yield
    schema.known_steps.cache_clear()


def engine_of(url: str) -> Engine:
    return create_engine(parsed(url))


def migrate_and_tell(url: str, outcome: Any) -> None:
    """The work of a process."""
    try:
        migrate(url)
        outcome.put(status(url))
    except Exception as error:
        outcome.put(repr(error))


@BOTH
def test_migrating_makes_the_schema_once(database: str):
    assert status(database) == "empty"

    migrate(database)
    assert status(database) == "current"

    migrate(database)
    assert status(database) == "current"


@BOTH
def test_looking_makes_nothing(database: str):
    assert status(database) == status(database) == "empty"

    if database.startswith("sqlite"):
        assert not Path(parsed(database).database or "").parent.exists()


@BOTH
def test_the_steps_lead_to_the_tables_that_the_store_uses(database: str):
    migrate(database)

    with engine_of(database).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_the_steps_make_on_sqlite_what_the_tables_say_to_the_letter(tmp_path: Path):
    def definitions(path: Path) -> set[str]:
        with create_engine(f"sqlite:///{path}").connect() as connection:
            made = connection.execute(
                text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'")
            )
            return {sorted_columns(sql) for (sql,) in made}

    migrate(f"sqlite:///{tmp_path}/migrated.db")
    METADATA.create_all(create_engine(f"sqlite:///{tmp_path}/created.db"))

    assert definitions(tmp_path / "migrated.db") == definitions(tmp_path / "created.db")


def sorted_columns(sql: str) -> str:
    """Constraints come in any order; columns do not matter for what is checked here."""
    return "\n".join(sorted(line.strip().rstrip(",") for line in sql.splitlines() if line.strip()))


@pytest.mark.usefixtures("postgres")
def test_the_steps_make_on_postgres_what_the_tables_say_to_the_letter():
    queries = (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid > 0",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT table_name, column_name, data_type, is_nullable, collation_name FROM information_schema.columns"
        " WHERE table_schema = 'public'",
    )

    def definitions(url: str) -> set[tuple[object, ...]]:
        with engine_of(url).connect() as connection:
            found = {tuple(row) for query in queries for row in connection.execute(text(query))}
            return {
                row for row in found if "alembic_version" not in str(row[0]) and "alembic_version" not in str(row[1])
            }

    with fresh_database() as migrated, fresh_database() as created:
        migrate(migrated)
        METADATA.create_all(engine_of(created))
        assert definitions(migrated) == definitions(created)


@BOTH
def test_several_may_migrate_at_once(database: str):
    spawn = multiprocessing.get_context("spawn")
    outcomes: Any = spawn.Queue()
    crowd = [spawn.Process(target=migrate_and_tell, args=(database, outcomes)) for _ in range(4)]

    for process in crowd:
        process.start()
    found = [outcomes.get(timeout=60) for _ in crowd]
    for process in crowd:
        process.join()

    assert found == ["current"] * 4


@BOTH
def test_an_older_schema_is_brought_up_to_date_and_a_newer_one_left_alone(database: str, tmp_path: Path):
    migrate(database)

    with a_newer_version(tmp_path):
        assert status(database) == "behind"
        migrate(database)
        assert status(database) == "current"

    assert status(database) == "ahead"
    with pytest.raises(SchemaAhead) as caught:
        migrate(database)
    assert_is_one_line(caught.value)


def assert_is_one_line(trouble: DatabaseTrouble) -> None:
    assert str(trouble) and "\n" not in str(trouble)


@pytest.mark.parametrize("use", [migrate, status])
def test_a_file_that_is_no_database_is_named(tmp_path: Path, use: Callable[[str], object]):
    (tmp_path / "notes.txt").write_text("not a database " * 1000)
    (tmp_path / "folder").mkdir()

    for name in ("notes.txt", "folder"):
        with pytest.raises(NotADatabase, match=name) as caught:
            use(f"sqlite:///{tmp_path}/{name}")
        assert_is_one_line(caught.value)
    assert (tmp_path / "notes.txt").read_text() == "not a database " * 1000


def test_a_place_where_nothing_can_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("")

    for url in (f"sqlite:///{tmp_path}/file/shop.db", "sqlite:////proc/lockstep/shop.db"):
        with pytest.raises(NotWritable, match=r"shop\.db") as caught:
            migrate(url)
        assert_is_one_line(caught.value)


@pytest.mark.parametrize("use", [migrate, status])
@pytest.mark.parametrize(
    "wrong", [{"user": "nobody"}, {"password": "secret-and-wrong"}, {"path": "/no_such_database"}], ids=str
)
def test_a_server_that_refuses_us_is_quoted(postgres: str, use: Callable[[str], object], wrong: dict[str, str]):
    parts = urlsplit(postgres)
    user, password = wrong.get("user", parts.username), wrong.get("password", parts.password)
    netloc = f"{user}:{password}@{parts.hostname}:{parts.port}"
    url = parts._replace(netloc=netloc, path=wrong.get("path", parts.path)).geturl()

    with pytest.raises(AccessRefused) as caught:
        use(url)

    assert_is_one_line(caught.value)
    assert str(password) not in str(caught.value)


@pytest.mark.usefixtures("postgres")
def test_a_user_who_may_not_make_tables_is_told_so():
    with fresh_database() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        connection.execute("DROP ROLE IF EXISTS lockstep_reader")
        connection.execute("CREATE ROLE lockstep_reader LOGIN PASSWORD 'reader'")
        parts = urlsplit(url)
        reader = parts._replace(netloc=f"lockstep_reader:reader@{parts.hostname}:{parts.port}").geturl()

        with pytest.raises(NotWritable) as caught:
            migrate(reader)

        assert_is_one_line(caught.value)
        assert status(reader) == "empty"
        connection.execute("DROP ROLE lockstep_reader")


@pytest.mark.parametrize("use", [migrate, status])
def test_a_server_that_does_not_answer_is_an_outage(use: Callable[[str], object]):
    with pytest.raises(Unavailable):
        use("postgresql://nobody:secret@127.0.0.1:1/nothing")
