"""The identity map: one object per key, nothing written before it is time, every unit undone without a trace."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.memory.store import MemoryStore
from service_layer.identity_map import IdentityMap
from service_layer.journal import Journal
from service_layer.kinds import ADJUSTMENTS, Changes
from service_layer.ports.errors import Conflict
from tests.kit.desk import Desk
from tests.kit.things import Thing

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_a_key_is_the_same_object_however_it_is_found():
    desk = Desk(Thing(id="a", name="anchor", shelf="low"))

    found = desk.get("a")

    assert desk.map.find("name", "anchor") is found
    assert desk.map.where("shelf", "low") == [found]
    assert desk.get("a") is found


def test_what_was_found_is_not_asked_for_again():
    desk = Desk(Thing(id="a", name="anchor"))

    assert desk.get("a") is desk.get("a") is desk.map.find("name", "anchor")

    assert desk.loads == [("key", ["a"])]


@pytest.mark.parametrize("index", ["key", "name"])
def test_what_is_nowhere_is_known_to_be_nowhere(index: str):
    desk = Desk()

    assert desk.map.find(index, "ghost") is None and desk.map.find(index, "ghost") is None

    assert desk.loads == [(index, ["ghost"])]


def test_a_prefetch_is_one_sorted_query_for_what_is_not_here_yet():
    desk = Desk(Thing(id="a"), Thing(id="b"), Thing(id="c"))
    desk.get("b")

    desk.map.prefetch("key", ["c", "ghost", "b", "a", "c"])
    for key in ("a", "b", "c", "ghost"):
        desk.map.find("key", key)

    assert desk.loads == [("key", ["b"]), ("key", ["a", "c", "ghost"])]


def test_a_group_is_loaded_once_and_whole():
    desk = Desk(Thing(id="a", shelf="low"), Thing(id="b", shelf="low"), Thing(id="c", shelf="top"))

    desk.map.prefetch("shelf", ["low", "empty"])

    assert [thing.id for thing in desk.map.where("shelf", "low")] == ["a", "b"]
    assert desk.map.where("shelf", "empty") == []
    assert desk.loads == [("shelf", ["empty", "low"])]


def test_a_group_that_is_here_is_not_asked_for_again():
    desk = Desk(Thing(id="a", shelf="low"))

    desk.map.prefetch("shelf", ["low"])
    desk.map.prefetch("shelf", ["low"])

    assert desk.loads == [("shelf", ["low"])]


def test_a_group_has_what_was_added_and_not_what_was_removed():
    desk = Desk(Thing(id="a"), Thing(id="b"))
    desk.map.remove(desk.get("a"))
    desk.map.add(Thing(id="c"))

    assert [thing.id for thing in desk.map.where("shelf", "top")] == ["b", "c"]


def test_a_change_is_written_once_under_the_version_it_was_loaded_with():
    desk = Desk(Thing(id="a", version=7))

    for value in (1, 2, 3):
        desk.new_unit()
        desk.get("a").value = value
        desk.journal.seal()

    assert desk.map.changes().updated == [(desk.get("a"), 7)]
    assert desk.commit() == {"a": (3, 10)}


def test_what_was_only_looked_at_is_not_written():
    desk = Desk(Thing(id="a", version=7))

    desk.get("a")
    desk.journal.seal()

    assert desk.commit() == {"a": (0, 7)} and desk.map.changes().updated == []


def test_a_change_taken_back_by_hand_is_no_change():
    desk = Desk(Thing(id="a"))

    desk.get("a").value = 5
    desk.get("a").value = 0
    desk.journal.seal()

    assert desk.map.changes().updated == []


@pytest.mark.parametrize("twin", [Thing(id="a", name="other"), Thing(id="b", name="anchor")])
def test_a_second_one_under_a_known_key_or_name_is_a_conflict(twin: Thing):
    desk = Desk(Thing(id="a", name="anchor"))
    desk.get("a")

    with pytest.raises(Conflict):
        desk.map.add(twin)

    assert desk.map.changes().added == []


def test_a_second_one_that_nobody_knew_of_is_a_conflict_when_it_is_written():
    desk = Desk(Thing(id="a", name="anchor"))
    desk.map.add(Thing(id="b", name="anchor"))

    with pytest.raises(Conflict):
        desk.commit()


def test_things_without_a_name_do_not_clash():
    desk = Desk()

    desk.map.add(Thing(id="a"))
    desk.map.add(Thing(id="b"))

    assert desk.commit() == {"a": (0, 1), "b": (0, 1)}


def test_what_was_removed_does_not_come_back_by_its_name_or_group():
    desk = Desk(Thing(id="a", name="anchor", shelf="low"))
    thing = desk.get("a")
    desk.map.remove(thing)

    assert desk.map.where("shelf", "low") == []
    assert desk.map.due(NOON, 10) == []


def test_what_others_add_where_there_was_nothing_is_left_to_them():
    desk = Desk()
    assert desk.map.find("key", "a") is None
    own = Thing(id="a")
    desk.map.add(own)
    desk.map.remove(own)
    desk.store.shelves["things"].apply(Changes([Thing(id="a", due=NOON)], [], []))

    assert desk.map.due(NOON, 10) == []
    desk.journal.undo()

    assert desk.map.changes() == Changes([], [], [])


def test_what_is_due_is_what_the_unit_sees_of_it():
    early, late = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
    desk = Desk(
        Thing(id="a", due=early),
        Thing(id="b", due=early),
        Thing(id="c", due=early),
        Thing(id="d", due=late),
        Thing(id="e"),
    )
    desk.get("a").due = late
    desk.map.remove(desk.get("b"))

    assert [thing.id for thing in desk.map.due(NOON, 10)] == ["c"]
    assert desk.map.due(NOON, 10) == [desk.get("c")]


def test_nothing_is_due_of_what_is_never_due():
    adjustments = IdentityMap(ADJUSTMENTS, MemoryStore().begin(write=True), Journal())

    assert adjustments.due(NOON, 10) == []


def test_a_page_is_what_the_store_has():
    desk = Desk(Thing(id="a"), Thing(id="b"), Thing(id="c"))
    desk.map.add(Thing(id="d"))

    assert [thing.id for thing in desk.map.page("shelf", "top", "c", 10)] == ["b", "a"]
