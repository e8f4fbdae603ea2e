"""All of a transaction, or nothing of it."""

from dataclasses import replace
from typing import Any, Final

import pytest

from adapters.conformance.store.opening import OpenedStore
from adapters.conformance.store.specimens import AMENDMENTS, MUG, POT, everything, message
from adapters.conformance.store.transactions import (
    KINDS,
    amend,
    at_once,
    change,
    find,
    found,
    keep,
    transaction,
    written,
)
from domain.users import Email
from service_layer import kinds
from service_layer.kinds import Changes
from service_layer.ports.errors import Conflict, Unavailable
from service_layer.ports.store import Store
from service_layer.records import Message

CHANGING: Final = sorted(AMENDMENTS)
ADDED: Final = sorted(KINDS)


class Atomicity(OpenedStore):
    """What is not committed has never been, and what has moved on is not overwritten."""

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
