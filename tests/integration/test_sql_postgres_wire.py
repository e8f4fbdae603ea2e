"""The wire to PostgreSQL: whatever is in a text comes back, what is asked in a row goes together."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sql.addresses import database_at
from adapters.sql.book import book_of
from adapters.sql.postgres.arrays import arrays
from adapters.sql.postgres.grammar import GRAMMAR
from adapters.sql.postgres.link import PostgresLink
from adapters.sql.postgres.timed import TimedConnection
from adapters.sql.postgres.wire import Wire

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
ROWS = st.lists(st.tuples(st.none() | TEXTS, st.none() | st.integers(-(2**63), 2**63 - 1)), min_size=1)
BACK = "SELECT * FROM unnest($1::TEXT[], $2::BIGINT[])"


@pytest.fixture(scope="module")
def wire(postgres_database: str) -> Iterator[Wire]:
    with TimedConnection.connect(postgres_database, autocommit=True) as connection:
        yield Wire(connection)


@given(ROWS)
def test_whatever_is_in_a_text_comes_back(wire: Wire, rows: list[tuple[str | None, int | None]]):
    assert wire.ask(BACK, arrays(list(zip(*rows, strict=True))))() == rows


@pytest.mark.parametrize(
    "text", ["]\x1f[", "\x1f", 'a "b" \\ c', "\\n", "a\nb", "null", "{}", "", '\\"\x07', "]\\\x1f[", "ß€😀"]
)
def test_what_could_be_taken_for_the_writing_of_an_array_comes_back(wire: Wire, text: str):
    rows = [(text, 1), (None, None), (text, 2)]

    assert wire.ask(BACK, arrays(list(zip(*rows, strict=True))))() == rows


def test_what_no_text_can_hold_is_refused_rather_than_cut_short(wire: Wire):
    with pytest.raises(psycopg.DataError) as caught:
        arrays([["before\0behind"]])

    assert "before" not in str(caught.value)


def test_what_is_asked_in_a_row_goes_together(wire: Wire, monkeypatch: pytest.MonkeyPatch):
    wire.ask("SELECT $1::BIGINT", [b"0"])()
    waited: list[int] = []
    wait = TimedConnection.wait
    monkeypatch.setattr(TimedConnection, "wait", lambda *given, **named: waited.append(1) or wait(*given, **named))

    answers = [wire.ask("SELECT $1::BIGINT", [b"%d" % number]) for number in range(3)]

    assert waited == [] and [answer() for answer in answers] == [[(0,)], [(1,)], [(2,)]]
    assert waited == [1]


def test_where_one_question_fails_none_of_the_others_seems_to_have_no_answer(wire: Wire):
    questions = [("SELECT $1::BIGINT", b"1"), ("SELECT 1 / $1::BIGINT", b"0"), ("SELECT $1::BIGINT", b"2")]
    answers = [wire.ask(text, [argument]) for text, argument in questions]

    for answer in answers:
        with pytest.raises(psycopg.errors.DivisionByZero):
            answer()
    assert wire.ask("SELECT $1::BIGINT", [b"3"])() == [(3,)]


def test_what_was_asked_and_never_looked_at_is_not_asked_after_the_end(wire: Wire):
    wire.tell("BEGIN")
    wire.ask("SELECT 1 / $1::BIGINT", [b"0"])
    wire.tell("ROLLBACK")

    assert wire.ask("SELECT $1::BIGINT", [b"4"])() == [(4,)]


@pytest.fixture
def link(postgres_url: str) -> Iterator[PostgresLink]:
    database = database_at(postgres_url)
    link = database.connect(time.monotonic() + 30)
    assert isinstance(link, PostgresLink)
    yield link
    link.close()


def test_no_change_of_a_few_rows_reads_a_whole_table(link: PostgresLink, postgres_url: str):
    """However often it is asked: a plan is made once, and finds rows by their keys."""
    with psycopg.connect(postgres_url) as connection:
        connection.execute(
            "INSERT INTO products (sku, name, price, currency, on_hand, reserved, version)"
            " SELECT 'p-' || n, 'Thing', 1, 'EUR', 9, 0, 1 FROM generate_series(1, 3000) n"
        )
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE products")
    update = book_of(GRAMMAR).of["products"].update
    assert update is not None
    unknown = ", ".join(["NULL"] * len(update.names))
    link.begin(write=True, deadline=None)
    link.ask(f"PREPARE changing AS {update.text}", [])()

    plan = "\n".join(line for (line,) in link.ask(f"EXPLAIN EXECUTE changing({unknown})", [])())

    assert "products_pkey" in plan and "Seq Scan" not in plan and "$" in plan
