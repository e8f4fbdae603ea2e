"""What PostgreSQL has of its own: connections that die, addresses that lead nowhere, deadlocks that are broken."""

import threading
from collections.abc import Callable, Iterator

import pytest

from adapters.conformance.store import StoreContract
from adapters.conformance.store.specimens import ADA, ADAS, EUR, NOON, everything
from adapters.conformance.store.transactions import at_once, change, find, keep, pay_in, transaction
from adapters.sql.store import SqlStore
from domain.money import Money
from service_layer import kinds
from service_layer.kinds import Changes
from service_layer.ports.errors import Conflict, Unavailable
from tests.harness.postgres import kill_all_others
from tests.kit.telling import message, tell, told


@pytest.fixture
def store(postgres_url: str) -> Iterator[SqlStore]:
    store = SqlStore(postgres_url)
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
        "load": lambda opened: list(opened.load(kinds.MESSAGES, "key", ["m-1"])),
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


@pytest.mark.parametrize(
    "url", ["postgresql://nobody@127.0.0.1:1/nothing", "postgresql://nobody@no-such-host.invalid/nothing"]
)
def test_an_address_where_nothing_answers_is_unavailable(url: str):
    with pytest.raises(Unavailable) as caught:
        SqlStore(url).begin(write=True)

    assert "nobody" not in str(caught.value)


def test_a_deadlock_is_broken_and_nothing_of_it_seen(store: SqlStore):
    keep(store, everything())
    met = threading.Barrier(2)

    def touch(*keys: str) -> None:
        with transaction(store, seconds=10) as opened:
            for key in keys:
                assert list(opened.load(kinds.PRODUCTS, "key", [key]))
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
