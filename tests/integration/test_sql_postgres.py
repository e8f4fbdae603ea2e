"""What PostgreSQL has of its own: connections that die, servers that go away, commits whose answer is lost."""

import threading
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from adapters.conformance.store import StoreContract
from adapters.conformance.store.specimens import ADA, ADAS, EUR, NOON, everything
from adapters.conformance.store.transactions import at_once, change, find, keep, pay_in, transaction
from adapters.sql.store import SqlStore
from domain.money import Money
from service_layer import kinds
from service_layer.kinds import Changes
from service_layer.ports.errors import Conflict, OutcomeUnknown, Unavailable
from service_layer.records import Message
from tests.harness.cutter import Cut, Wire, wire_to
from tests.harness.postgres import THROW_OUT


def message(key: str) -> Message:
    return Message(id=key, name="E", payload="{}", created_at=NOON, due_at=NOON)


def tell(store: SqlStore, key: str, *, seconds: float = 30) -> None:
    """Commits one message."""
    with transaction(store, seconds=seconds) as opened:
        opened.write([(kinds.MESSAGES, Changes([message(key)], [], []))])
        opened.commit()


def told(store: SqlStore) -> list[str]:
    with transaction(store, write=False) as opened:
        return sorted(message.id for message in opened.page(kinds.MESSAGES, None, "", None, 99))


def kill_all_others(url: str) -> int:
    with psycopg.connect(url) as connection:
        return connection.execute(THROW_OUT).fetchall()[0][0]


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


class TestPostgres(StoreContract):
    @pytest.fixture
    def open_store(self, postgres_url: str) -> Callable[[], SqlStore]:
        return lambda: SqlStore(postgres_url)


def test_connections_that_died_while_idle_are_replaced_unnoticed(store: SqlStore, postgres_url: str):
    first, second = store.begin(write=False), store.begin(write=False)
    first.rollback()
    second.rollback()
    assert kill_all_others(postgres_url) == 2

    tell(store, "m-1")

    assert told(store) == ["m-1"]


@pytest.mark.parametrize("step", ["load", "page", "due", "write", "laws"])
def test_a_connection_that_dies_before_the_commit_is_a_conflict(store: SqlStore, postgres_url: str, step: str):
    steps = {
        "load": lambda opened: opened.load(kinds.MESSAGES, "key", ["m-1"]),
        "page": lambda opened: opened.page(kinds.MESSAGES, None, "", None, 1),
        "due": lambda opened: opened.due(kinds.MESSAGES, NOON, 1),
        "write": lambda opened: opened.write([(kinds.MESSAGES, Changes([message("m-2")], [], []))]),
        "laws": lambda opened: opened.laws(NOON),
    }
    with transaction(store) as opened:
        opened.write([(kinds.MESSAGES, Changes([message("m-1")], [], []))])
        kill_all_others(postgres_url)
        with pytest.raises(Conflict):
            steps[step](opened)

    assert told(store) == []


def test_a_connection_that_is_dead_when_the_commit_comes_has_committed_nothing(store: SqlStore, postgres_url: str):
    with transaction(store) as opened:
        opened.write([(kinds.MESSAGES, Changes([message("m-1")], [], []))])
        kill_all_others(postgres_url)
        with pytest.raises(Conflict):
            opened.commit()

    assert told(store) == []


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


@pytest.mark.parametrize(
    "url", ["postgresql://nobody@127.0.0.1:1/nothing", "postgresql://nobody@no-such-host.invalid/nothing"]
)
def test_an_address_where_nothing_answers_is_unavailable(url: str):
    with pytest.raises(Unavailable) as caught:
        SqlStore(url).begin(write=True)

    assert "nobody" not in str(caught.value)


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
            opened.load(kinds.MESSAGES, "key", ["m-1"])
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
        opened.load(kinds.MESSAGES, "key", ["m-1"])
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


def test_a_deadlock_is_broken_and_nothing_of_it_seen(store: SqlStore):
    keep(store, everything())
    met = threading.Barrier(2)

    def touch(*keys: str) -> None:
        with transaction(store, seconds=10) as opened:
            for key in keys:
                opened.load(kinds.PRODUCTS, "key", [key])
                if key == keys[0]:
                    met.wait()
            opened.commit()

    skus = [product.sku for product in everything()["products"]]
    outcomes = at_once(lambda: touch(*skus), lambda: touch(*reversed(skus)))

    assert [type(outcome) for outcome in outcomes if outcome] == [Conflict]


def test_what_the_database_refuses_names_the_law_and_quotes_nothing(store: SqlStore):
    keep(store, {"users": everything()["users"]})
    account = everything()["accounts"][0]
    account.balance = Money(-4242, EUR)

    with pytest.raises(Exception, match="accounts_balance_check") as caught:
        keep(store, {"accounts": [account]})

    error: BaseException | None = caught.value
    assert "4242" not in str(error) and ADA not in str(error) and ADAS not in str(error)
    assert error.__cause__ is None and error.__suppress_context__


def test_a_full_queue_of_connections_is_no_reason_to_fail_later(store: SqlStore):
    """A transaction that waited in vain gives its connection back in order."""
    keep(store, everything())
    with transaction(store) as opened:
        pay_in(opened, ADAS, Money(1, EUR))
        for _ in range(3):
            with pytest.raises((Conflict, Unavailable)), transaction(store, seconds=0.05) as other:
                pay_in(other, ADAS, Money(1, EUR))
        opened.commit()

    change(store, (kinds.MESSAGES, Changes([message("m-9")], [], [])))
    assert find(store, kinds.ACCOUNTS, ADAS)[0].balance == Money(1, EUR)
