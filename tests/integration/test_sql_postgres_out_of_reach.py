"""PostgreSQL out of reach: a server that is away, and what became of a commit whose answer was lost."""

import threading
import time
from collections.abc import Iterator

import psycopg
import pytest

from adapters.conformance.store.transactions import transaction
from adapters.sql.store import SqlStore
from service_layer import kinds
from service_layer.kinds import Changes
from service_layer.ports.errors import Conflict, OutcomeUnknown, Unavailable
from tests.harness.cutter import Cut, Wire, wire_to
from tests.harness.postgres import kill_all_others
from tests.kit.telling import message, tell, told


@pytest.fixture
def store(postgres_url: str) -> Iterator[SqlStore]:
    store = SqlStore(postgres_url)
    yield store
    store.close()


@pytest.fixture
def wire(postgres_url: str) -> Iterator[Wire]:
    with wire_to(postgres_url) as wire:
        yield wire


@pytest.fixture
def remote(wire: Wire) -> Iterator[SqlStore]:
    """At the far end of the wire."""
    store = SqlStore(wire.url)
    yield store
    store.close()


def test_a_server_that_is_away_is_unavailable_at_once_and_back_without_a_restart(
    remote: SqlStore, wire: Wire, postgres_url: str
):
    tell(remote, "m-1")
    wire.down = True
    kill_all_others(postgres_url)

    began = time.monotonic()
    for write in (True, False):
        with pytest.raises(Unavailable):
            remote.begin(write=write, deadline=time.monotonic() + 15)
    assert time.monotonic() - began < 2

    wire.down = False
    assert told(remote) == ["m-1"]


@pytest.mark.parametrize("cut", [Cut.BEFORE, Cut.BEFORE_AND_HANGING])
def test_a_commit_that_the_server_never_heard_of_is_a_conflict(remote: SqlStore, wire: Wire, cut: Cut):
    tell(remote, "m-1")
    wire.cut = cut

    with pytest.raises(Conflict):
        tell(remote, "m-2")

    assert told(remote) == ["m-1"]


@pytest.mark.parametrize("cut", [Cut.BEHIND, Cut.LATE])
def test_a_commit_whose_answer_was_lost_is_found_to_have_happened(remote: SqlStore, wire: Wire, cut: Cut):
    tell(remote, "m-1")
    wire.cut = cut

    tell(remote, "m-2")

    assert told(remote) == ["m-1", "m-2"]


@pytest.mark.parametrize("cut", [Cut.BEFORE, Cut.BEHIND])
def test_what_became_of_a_commit_stays_unknown_while_the_server_is_away(remote: SqlStore, wire: Wire, cut: Cut):
    tell(remote, "m-1")
    wire.cut, wire.for_good = cut, True

    with pytest.raises(OutcomeUnknown):
        tell(remote, "m-2", seconds=0.5)

    wire.down = False
    assert told(remote) == (["m-1", "m-2"] if cut is Cut.BEHIND else ["m-1"])


def test_a_commit_is_learnt_of_when_the_server_comes_back_in_time(remote: SqlStore, wire: Wire):
    tell(remote, "m-1")
    wire.cut, wire.for_good = Cut.BEHIND, True
    threading.Timer(0.5, lambda: setattr(wire, "down", False)).start()

    tell(remote, "m-2")

    assert told(remote) == ["m-1", "m-2"]


def test_a_server_that_says_nothing_is_given_up_when_the_time_is_up(remote: SqlStore, wire: Wire):
    tell(remote, "m-1")
    with transaction(remote, seconds=0.3) as opened:
        wire.flows.clear()
        began = time.monotonic()
        with pytest.raises((Conflict, Unavailable)):
            list(opened.load(kinds.MESSAGES, "key", ["m-1"]))
    with pytest.raises(Unavailable):
        remote.begin(write=True, deadline=time.monotonic() + 0.1)
    assert time.monotonic() - began < 5

    wire.flows.set()
    assert told(remote) == ["m-1"]


def test_a_commit_that_nothing_is_heard_of_stays_unknown(remote: SqlStore, wire: Wire):
    with transaction(remote, seconds=0.3) as opened:
        opened.write([(kinds.MESSAGES, Changes([message("m-1")], [], []))])
        wire.flows.clear()
        with pytest.raises(OutcomeUnknown):
            opened.commit()

    wire.flows.set()
    assert told(remote) in ([], ["m-1"])


def test_a_lost_commit_of_nothing_is_a_conflict(remote: SqlStore, wire: Wire):
    with transaction(remote) as opened:
        assert list(opened.load(kinds.MESSAGES, "key", ["m-1"])) == []
        wire.cut = Cut.BEHIND
        with pytest.raises(Conflict):
            opened.commit()


def test_marks_of_old_commits_are_forgotten(store: SqlStore, postgres_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("adapters.sql.postgres.link.FORGET_EVERY", 5)
    with psycopg.connect(postgres_url) as connection:
        connection.execute("INSERT INTO commits (id) VALUES ('01900000-0000-7000-8000-000000000000')")

    for number in range(5):
        tell(store, f"m-{number}")

    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT count(*), min(id) > '0191' FROM commits").fetchone() == (5, True)
