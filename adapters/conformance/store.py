"""The contract of a store: what is committed is all there and stays there, what is not has never been."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar, Final, TypeAlias

import pytest

from adapters.conformance.breaches import BREACHES
from adapters.conformance.history import History, eventful
from adapters.conformance.specimens import (
    ADA,
    ADAS,
    AMENDMENTS,
    BOB,
    BOBS,
    EUR,
    JPY,
    MUG,
    NOON,
    POT,
    everything,
    state,
)
from adapters.conformance.transactions import (
    KINDS,
    amend,
    at_once,
    change,
    find,
    found,
    insistently,
    keep,
    page,
    pay_in,
    states,
    transaction,
    written,
)
from domain.errors import LawBroken
from domain.identifiers import OrderId, PaymentId
from domain.money import Money
from domain.users import Email
from service_layer import kinds
from service_layer.kinds import Changes, Kind
from service_layer.ports.errors import Conflict, Unavailable
from service_layer.ports.store import Store
from service_layer.records import Message

OpenStore: TypeAlias = Callable[[], Store]
ONE: Final = Money(1, EUR)
CROWD: Final = 4
NOTHING: Final[dict[str, list[Any]]] = {name: [] for name in KINDS}
CHANGING: Final = sorted(AMENDMENTS)
ADDED: Final = sorted(KINDS)
REMOVED: Final = ("keys", "messages", "orders", "payments", "sessions")  # to all others something refers, for good


def message(number: int, due_in: float = 0) -> Message:
    due_at = NOON + timedelta(seconds=due_in)
    return Message(id=f"m-{number:04}", name="E", payload="{}", created_at=NOON, due_at=due_at)


class StoreContract:
    """Subclass it, say how a store is opened, and its tests are your certificate.

    `durable` says whether what is committed outlives the store that committed it.
    """

    durable: ClassVar[bool] = True

    @pytest.fixture
    def open_store(self) -> OpenStore:
        """Opens a store; all that one test opens hold the same things, and at first nothing."""
        pytest.fail("a certificate says how its store is opened: override the fixture open_store")

    @pytest.fixture
    def store(self, open_store: OpenStore) -> Iterator[Store]:
        store = open_store()
        yield store
        store.close()

    @pytest.fixture
    def full(self, store: Store) -> Store:
        """Holds a specimen or more of everything."""
        keep(store, everything())
        return store

    # --- What is written comes back

    def test_a_new_store_holds_nothing(self, store: Store) -> None:
        assert found(store) == NOTHING

    def test_every_attribute_of_everything_comes_back(self, full: Store) -> None:
        assert found(full) == written()

    def test_what_is_committed_outlives_the_store(self, full: Store, open_store: OpenStore) -> None:
        if not self.durable:
            pytest.skip("says of itself that it is not durable")
        full.close()
        again = open_store()

        assert found(again) == written()
        again.close()

    @pytest.mark.parametrize("name", CHANGING)
    def test_whatever_of_a_thing_changes_is_changed(self, full: Store, name: str) -> None:
        kind, (key, amendment) = KINDS[name], AMENDMENTS[name]
        (thing,) = find(full, kind, key)
        was = thing.version
        amend(thing, amendment, version=was + 3)  # of three units in one group
        others = [other for other in everything()[name] if kind.key(other) != key]

        change(full, (kind, Changes([], [(thing, was)], [])))

        assert found(full) == {**written(), name: states(kind, [thing, *others])}

    def test_several_changes_of_one_kind_at_once(self, full: Store) -> None:
        mug, pot = find(full, kinds.PRODUCTS, MUG, POT)
        mug.name, mug.version, pot.name, pot.version = "Mug", 2, "Pot", 2

        change(full, (kinds.PRODUCTS, Changes([], [(mug, 1), (pot, 1)], [])))

        assert {product.name for product in find(full, kinds.PRODUCTS, MUG, POT)} == {"Mug", "Pot"}

    @pytest.mark.parametrize("name", REMOVED)
    def test_what_is_removed_is_gone_and_may_come_again(self, full: Store, name: str) -> None:
        kind, things = KINDS[name], everything()[name]
        gone = [(kind.key(thing), thing.version) for thing in things]

        change(full, (kind, Changes([], [], gone)))
        assert found(full) == {**written(), name: []}

        keep(full, {name: things})
        assert found(full) == written()

    @pytest.mark.parametrize("name", REMOVED)
    def test_a_thing_is_replaced_in_one_transaction(self, full: Store, name: str) -> None:
        kind = KINDS[name]
        was, *others = everything()[name]
        new = replace(was, version=8)

        change(full, (kind, Changes([new], [], [(kind.key(was), was.version)])))

        assert found(full) == {**written(), name: states(kind, [new, *others])}

    def test_what_frees_a_unique_value_makes_room_for_another(self, full: Store) -> None:
        (was,) = find(full, kinds.PAYMENTS, "p-1")

        change(full, (kinds.PAYMENTS, Changes([replace(was, id=PaymentId("p-9"))], [], [("p-1", was.version)])))

        assert [payment.id for payment in find(full, kinds.PAYMENTS, "o-1", index="order_id")] == ["p-9"]

    def test_a_thousand_at_once(self, store: Store) -> None:
        keep(store, {"messages": [message(number) for number in range(1000)]})
        many = find(store, kinds.MESSAGES, *(f"m-{number:04}" for number in range(3000)))
        assert len(many) == 1000

        for thing in many:
            thing.attempts, thing.version = 1, 2
        change(store, (kinds.MESSAGES, Changes([], [(thing, 1) for thing in many], [])))
        assert {thing.attempts for thing in find(store, kinds.MESSAGES, *(thing.id for thing in many))} == {1}

        change(store, (kinds.MESSAGES, Changes([], [], [(thing.id, 2) for thing in many])))
        assert find(store, kinds.MESSAGES, *(thing.id for thing in many)) == []

    # --- Found by what

    def test_things_are_found_by_their_unique_values(self, full: Store) -> None:
        assert [user.id for user in find(full, kinds.USERS, Email("ADA.L@EXAMPLE.COM").key, index="email")] == [ADA]
        found = find(full, kinds.PAYMENTS, "o-2", "gone", "o-3", index="order_id")
        assert [payment.id for payment in found] == ["p-2", "p-3"]

    def test_things_are_found_by_their_groups(self, full: Store) -> None:
        def keys(kind: Kind[Any], index: str, *values: str) -> list[str]:
            return [kind.key(thing) for thing in find(full, kind, *values, index=index)]

        assert keys(kinds.ACCOUNTS, "owner_id", ADA, BOB) == [ADAS, BOBS, "more"]
        assert keys(kinds.ORDERS, "owner_id", ADA) == ["o-1", "o-2"]
        assert keys(kinds.SESSIONS, "user_id", ADA, "nobody") == ["k-2", "k-3"]
        assert keys(kinds.ENTRIES, "account_id", ADAS) == ["t-1-1", "t-2-2"]

    @pytest.mark.parametrize("value", ["nowhere", "", "\0", "user-ada\0", "\ud800", "user-ada' --", "%", '"', "\\"])
    def test_what_nobody_wrote_is_found_nowhere(self, full: Store, value: str) -> None:
        for kind in kinds.ALL:
            for index in ("key", *kind.unique, *kind.grouped):
                assert find(full, kind, value, index=index) == []
        assert page(full, kinds.ORDERS, "owner_id", value, None, 9) == []

    def test_those_that_exist_are_found_among_those_that_cannot(self, full: Store) -> None:
        assert [user.id for user in find(full, kinds.USERS, "\0", ADA, "\ud800", "nowhere")] == [ADA]
        assert find(full, kinds.USERS) == []

    def test_each_transaction_gets_objects_of_its_own(self, full: Store) -> None:
        (one,) = find(full, kinds.ORDERS, "o-1")
        one.status = one.lines = one.total = None

        (other,) = find(full, kinds.ORDERS, "o-1")
        assert other is not one and [state(other)] == written()["orders"][:1]

    def test_what_was_written_is_not_changed_by_whoever_wrote_it(self, store: Store) -> None:
        things = everything()
        keep(store, things)

        things["accounts"][0].balance += ONE

        assert found(store) == written()

    # --- All or nothing

    def test_what_is_rolled_back_has_never_been(self, full: Store) -> None:
        with transaction(full) as opened:
            opened.write([(kinds.MESSAGES, Changes([message(1)], [], [("m-1", 1)]))])

        assert found(full) == written()
        assert find(full, kinds.MESSAGES, "m-0001") == []

    def test_nothing_is_seen_before_it_is_committed(self, full: Store) -> None:
        def look() -> list[Message]:
            with transaction(full, write=False, seconds=0.2) as opened:
                return list(opened.load(kinds.MESSAGES, "key", ["m-0001"]))

        with transaction(full) as opened:
            opened.write([(kinds.MESSAGES, Changes([message(1)], [], []))])
            (seen,) = at_once(look)
            opened.commit()

        assert seen == [] or isinstance(seen, Conflict | Unavailable)  # where readers wait for writers
        assert len(look()) == 1

    def test_rolling_back_is_always_harmless(self, full: Store) -> None:
        opened = full.begin(write=True)
        opened.write([(kinds.MESSAGES, Changes([message(1)], [], []))])
        opened.commit()
        opened.rollback()
        opened.rollback()
        with transaction(full, write=False) as reading:
            reading.rollback()

        assert len(find(full, kinds.MESSAGES, "m-0001")) == 1

    @pytest.mark.parametrize("name", CHANGING)
    @pytest.mark.parametrize("off", [-1, 1, 98])
    def test_a_change_of_another_version_is_refused(self, full: Store, name: str, off: int) -> None:
        kind, (key, amendment) = KINDS[name], AMENDMENTS[name]
        (thing,) = find(full, kind, key)
        was = thing.version + off
        amend(thing, amendment, version=was + 1)

        with pytest.raises(Conflict):
            change(full, (kind, Changes([], [(thing, was)], [])))
        with pytest.raises(Conflict):
            change(full, (kind, Changes([], [], [(key, was)])))

        assert found(full) == written()

    def test_one_stale_change_spoils_all_of_its_transaction(self, full: Store) -> None:
        mug, pot = find(full, kinds.PRODUCTS, MUG, POT)

        with pytest.raises(Conflict):
            change(
                full,
                (kinds.PRODUCTS, Changes([], [(replace(mug, version=2), 1), (replace(pot, version=3), 2)], [])),
                (kinds.MESSAGES, Changes([message(1)], [], [("m-1", 1)])),
            )

        assert found(full) == written() and find(full, kinds.MESSAGES, "m-0001") == []

    def test_what_does_not_exist_is_not_changed(self, full: Store) -> None:
        with pytest.raises(Conflict):
            change(full, (kinds.MESSAGES, Changes([], [(message(1), 1)], [])))
        with pytest.raises(Conflict):
            change(full, (kinds.MESSAGES, Changes([], [], [("m-0001", 1)])))

    @pytest.mark.parametrize("name", ADDED)
    def test_a_key_is_taken_once(self, full: Store, name: str) -> None:
        things: dict[str, list[Any]] = {"messages": [message(1)]}
        things[name] = [*things.get(name, []), everything()[name][0]]

        with pytest.raises(Conflict):
            keep(full, things)

        assert found(full) == written() and find(full, kinds.MESSAGES, "m-0001") == []

    def test_a_unique_value_is_taken_once(self, full: Store) -> None:
        user, payment = everything()["users"][0], everything()["payments"][0]

        with pytest.raises(Conflict):
            keep(full, {"users": [replace(user, id="user-eve", email=Email("ADA.L@example.com"))]})
        with pytest.raises(Conflict):
            keep(full, {"payments": [replace(payment, id="p-9")]})

        assert found(full) == written()

    # --- Page by page

    def test_a_page_goes_on_where_the_one_before_ended(self, store: Store) -> None:
        things = everything()
        order, *_ = things["orders"]
        mine = [replace(order, id=OrderId(f"o-{number}")) for number in range(5)]
        keep(store, {**things, "orders": [*mine, replace(order, id=OrderId("o-2a"), owner_id=BOB)], "payments": []})

        of_ada = partial(page, store, kinds.ORDERS, "owner_id", ADA)
        assert of_ada(None, 2) == ["o-4", "o-3"]
        assert of_ada("o-3", 2) == ["o-2", "o-1"]
        assert of_ada("o-1", 2) == ["o-0"]
        assert of_ada("o-0", 2) == []
        assert of_ada("o-2b", 9) == ["o-2", "o-1", "o-0"]  # behind what there is not
        assert of_ada("", 9) == []
        assert page(store, kinds.ORDERS, None, "", "o-3", 2) == ["o-2a", "o-2"]

    def test_a_page_holds_whole_things(self, full: Store) -> None:
        with transaction(full, write=False) as opened:
            assert [state(order) for order in opened.page(kinds.ORDERS, None, "", None, 9)] == written()["orders"][::-1]
            assert [state(entry) for entry in opened.page(kinds.ENTRIES, "account_id", ADAS, None, 1)] == (
                written()["entries"][3:]
            )

    def test_the_catalog_is_paged_forwards_in_the_order_of_code_points(self, store: Store) -> None:
        mug, *_ = everything()["products"]
        skus = ["0", "A", "B.c", "B_c", "Z", "a", "a-b", "aB", "a_b", "ab"]
        keep(store, {"products": [replace(mug, sku=sku) for sku in reversed(skus)]})

        catalog = partial(page, store, kinds.PRODUCTS, None, "")
        assert skus == sorted(skus)
        assert catalog(None, 99) == skus
        assert catalog("B_c", 2) == ["Z", "a"]
        assert catalog("ab", 2) == []

    @pytest.mark.parametrize("after", ["m-0001\0", "\0", "\ud800", "m-0001\ud800", "%", "\U0010ffff"])
    def test_any_text_may_be_what_a_page_goes_on_from(self, store: Store, after: str) -> None:
        keep(store, {"messages": [message(0), message(1)], "products": everything()["products"]})

        assert page(store, kinds.MESSAGES, None, "", after, 9) in ([], ["m-0000"], ["m-0001", "m-0000"])
        assert page(store, kinds.PRODUCTS, None, "", after, 9) in ([], [POT, MUG], [MUG])

    # --- When it is due

    def test_what_is_due_comes_longest_due_first(self, store: Store) -> None:
        moments = {1: -1, 2: 0, 3: -9, 4: 0.000001}
        keep(store, {"messages": [message(number, due_in) for number, due_in in moments.items()]})

        def due(limit: int) -> list[str]:
            with transaction(store) as opened:
                return [thing.id for thing in opened.due(kinds.MESSAGES, NOON, limit)]

        assert due(9) == ["m-0003", "m-0001", "m-0002"]
        assert due(2) == ["m-0003", "m-0001"]

    def test_what_has_no_moment_is_never_due(self, full: Store) -> None:
        with transaction(full, write=False) as opened:
            payments = opened.due(kinds.PAYMENTS, NOON + timedelta(days=10**6), 99)
            sessions = opened.due(kinds.SESSIONS, NOON, 99)
            keys = opened.due(kinds.KEYS, NOON, 99)

        assert [state(payment) for payment in payments] == written()["payments"][:1]
        assert sessions == [] and [key.payment_id for key in keys] == ["p-1"]

    def test_nobody_takes_what_another_has_taken(self, store: Store) -> None:
        keep(store, {"messages": [message(number) for number in range(40)]})

        def claim() -> list[str]:
            with transaction(store) as opened:
                claimed = opened.due(kinds.MESSAGES, NOON, 3)
                for thing in claimed:
                    thing.due_at, thing.version = NOON + timedelta(hours=1), 2
                opened.write([(kinds.MESSAGES, Changes([], [(thing, 1) for thing in claimed], []))])
                opened.commit()
                return [thing.id for thing in claimed]

        def claim_all() -> list[str]:
            everything_claimed: list[str] = []
            while claimed := insistently(claim):
                everything_claimed += claimed
            return everything_claimed

        claims = at_once(*[claim_all] * CROWD)

        taken = Counter(key for claimed in claims if isinstance(claimed, list) for key in claimed)
        assert taken == Counter(f"m-{number:04}" for number in range(40))

    # --- Many at once

    def test_no_update_is_lost_in_a_crowd(self, full: Store) -> None:
        def pay() -> None:
            with transaction(full) as opened:
                pay_in(opened, ADAS, ONE)
                opened.commit()

        def pay_often() -> None:
            for _ in range(10):
                insistently(pay)

        assert at_once(*[pay_often] * CROWD) == [None] * CROWD
        (account,) = find(full, kinds.ACCOUNTS, ADAS)
        assert (account.balance, account.version) == (Money(10 * CROWD, EUR), 1 + 10 * CROWD)

    def test_two_that_want_each_others_accounts_both_come_through(self, full: Store) -> None:
        met = threading.Barrier(2)
        broke = replace(everything()["accounts"][1], balance=Money(0, JPY))
        change(full, (kinds.ACCOUNTS, Changes([], [(broke, broke.version)], [])))

        def pay(*payments: tuple[str, Money]) -> None:
            with transaction(full) as opened:
                for number, payment in enumerate(payments):
                    pay_in(opened, *payment)
                    if number == 0:
                        _wait_a_little(met)
                opened.commit()

        ada, bob = (ADAS, ONE), (BOBS, Money(1, JPY))
        outcomes = at_once(partial(insistently, partial(pay, ada, bob)), partial(insistently, partial(pay, bob, ada)))

        assert outcomes == [None, None]
        assert [account.balance.amount for account in find(full, kinds.ACCOUNTS, ADAS, BOBS)] == [2, 2]

    def test_one_key_wanted_by_a_crowd_has_one_taker(self, store: Store) -> None:
        def take(number: int) -> int:
            keep(store, {"keys": [replace(everything()["keys"][1], fingerprint=str(number))]})
            return number

        outcomes = at_once(*(partial(take, number) for number in range(CROWD)))

        (winner,) = [number for number in outcomes if isinstance(number, int)]
        assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == CROWD - 1
        assert find(store, kinds.KEYS, everything()["keys"][1].id)[0].fingerprint == str(winner)

    def test_whoever_waits_for_another_waits_no_longer_than_its_deadline(self, full: Store) -> None:
        def pay() -> None:
            with transaction(full, seconds=0.2) as opened:
                pay_in(opened, ADAS, ONE)
                opened.commit()

        with transaction(full) as opened:
            pay_in(opened, ADAS, ONE)
            (outcome,) = at_once(pay)
            opened.commit()

        assert isinstance(outcome, Conflict | Unavailable)
        assert find(full, kinds.ACCOUNTS, ADAS)[0].balance == ONE

    def test_a_reader_sees_one_moment(self, full: Store) -> None:
        """Or makes writers wait."""
        wrote = threading.Event()

        def pay() -> None:
            with transaction(full) as opened:
                pay_in(opened, ADAS, ONE)
                opened.commit()
            wrote.set()

        with transaction(full, write=False) as opened:
            (before,) = opened.load(kinds.ACCOUNTS, "key", [ADAS])
            writer = threading.Thread(target=insistently, args=(pay,))
            writer.start()
            wrote.wait(timeout=0.2)
            (after,) = opened.load(kinds.ACCOUNTS, "key", [ADAS])
        writer.join()

        assert state(before) == state(after)
        assert find(full, kinds.ACCOUNTS, ADAS)[0].balance == ONE

    # --- The laws

    def test_a_history_in_order_breaks_no_law(self, store: Store) -> None:
        keep(store, eventful().written())

        assert _laws(store) == {f"L{number}": 0 for number in range(1, 13)}

    @pytest.mark.parametrize(("law", "breach"), BREACHES, ids=[f"{law}-{breach.__name__}" for law, breach in BREACHES])
    def test_a_breach_is_refused_or_counted(self, store: Store, law: str, breach: Callable[[History], None]) -> None:
        history = eventful()
        breach(history)

        try:
            keep(store, history.written())
        except (Conflict, LawBroken):
            assert _laws(store)[law] == 0
        else:
            assert _laws(store)[law] > 0


def _laws(store: Store) -> dict[str, int]:
    with transaction(store, write=False) as opened:
        return dict(opened.laws(NOON))


def _wait_a_little(barrier: threading.Barrier) -> None:
    """For the other, who cannot come where writers take turns."""
    try:
        barrier.wait(timeout=0.2)
    except threading.BrokenBarrierError:
        return
