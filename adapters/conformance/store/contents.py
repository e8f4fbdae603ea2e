"""What is written comes back, by whatever it is looked for."""

from dataclasses import replace
from typing import Any, Final

import pytest

from adapters.conformance.store.opening import OpenedStore, OpenStore
from adapters.conformance.store.specimens import (
    ADA,
    ADAS,
    AMENDMENTS,
    BOB,
    BOBS,
    EUR,
    MUG,
    POT,
    everything,
    message,
    state,
)
from adapters.conformance.store.transactions import KINDS, amend, change, find, found, keep, page, states, written
from domain.identifiers import PaymentId
from domain.money import Money
from domain.users import Email
from service_layer import kinds
from service_layer.kinds import Changes, Kind
from service_layer.ports.store import Store

NOTHING: Final[dict[str, list[Any]]] = {name: [] for name in KINDS}
CHANGING: Final = sorted(AMENDMENTS)
REMOVED: Final = ("keys", "messages", "orders", "payments", "sessions")  # to all others something refers, for good


class Contents(OpenedStore):
    """Everything is kept, changed, removed and found."""

    def test_a_new_store_holds_nothing(self, store: Store) -> None:
        assert found(store) == NOTHING

    @pytest.mark.parametrize("write", [False, True])
    def test_every_attribute_of_everything_comes_back(self, full: Store, write: bool) -> None:
        assert found(full, write=write) == written()

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

        things["accounts"][0].balance += Money(1, EUR)

        assert found(store) == written()
