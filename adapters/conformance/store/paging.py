"""What comes first: page by page, and when it is due."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

import pytest

from adapters.conformance.store.opening import OpenedStore
from adapters.conformance.store.specimens import ADA, ADAS, BOB, MUG, NOON, POT, everything, message, state
from adapters.conformance.store.transactions import at_once, insistently, keep, page, transaction, written
from domain.identifiers import OrderId
from service_layer import kinds
from service_layer.kinds import Changes
from service_layer.ports.store import Store

CROWD: Final = 4


class Paging(OpenedStore):
    """Pages go on where the one before ended; what is longest due comes first."""

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
