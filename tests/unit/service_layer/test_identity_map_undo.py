"""The identity map takes back what a unit did, in whatever order it had added, changed and removed."""

from datetime import UTC, datetime

from tests.kit.desk import Desk
from tests.kit.things import Thing

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_an_undo_gives_every_object_its_state_back():
    desk = Desk(Thing(id="a", value=1), Thing(id="b", value=2))
    a, b = desk.get("a"), desk.get("b")
    a.value, b.value = 10, 20

    desk.journal.undo()

    assert (a.value, b.value) == (1, 2)
    assert desk.get("a") is a and desk.commit() == {"a": (1, 1), "b": (2, 1)}


def test_an_undo_after_the_vote_takes_the_new_version_back_too():
    desk = Desk(Thing(id="a", value=1))
    desk.get("a").value = 10
    desk.journal.seal()

    desk.journal.undo()

    assert desk.commit() == {"a": (1, 1)}


def test_an_undo_reaches_back_to_the_beginning_of_the_unit_and_no_further():
    desk = Desk(Thing(id="a", value=1))
    desk.get("a").value = 2
    desk.map.add(Thing(id="b"))
    desk.journal.seal()
    desk.new_unit()
    desk.get("a").value, desk.get("b").value = 3, 3

    desk.journal.undo()

    assert desk.commit() == {"a": (2, 2), "b": (0, 1)}


def test_what_was_added_and_undone_was_never_there():
    desk = Desk()
    desk.map.add(Thing(id="a", name="anchor"))

    desk.journal.undo()

    assert desk.map.find("key", "a") is None and desk.map.find("name", "anchor") is None
    assert desk.commit() == {}


def test_a_name_is_free_again_once_its_adding_is_undone():
    desk = Desk()
    desk.map.add(Thing(id="a", name="anchor"))
    desk.journal.undo()

    desk.map.add(Thing(id="b", name="anchor"))

    assert desk.commit() == {"b": (0, 1)}


def test_what_was_removed_is_gone_for_all_who_look():
    desk = Desk(Thing(id="a", name="anchor", shelf="low", version=4))
    desk.map.remove(desk.get("a"))
    desk.new_unit()

    assert desk.map.find("key", "a") is None
    assert desk.map.find("name", "anchor") is None
    assert desk.map.where("shelf", "low") == []
    assert desk.map.changes().removed == [("a", 4)]
    assert desk.commit() == {}


def test_a_removal_undone_leaves_the_same_object_with_what_was_changed_before():
    desk = Desk(Thing(id="a", name="anchor"))
    found = desk.get("a")
    found.value = 1
    desk.journal.seal()
    desk.new_unit()
    desk.get("a").value = 2
    desk.map.remove(found)

    desk.journal.undo()

    assert desk.map.find("name", "anchor") is found and desk.get("a") is found
    assert desk.commit() == {"a": (1, 2)}


def test_what_was_added_and_removed_is_never_written():
    desk = Desk()
    thing = Thing(id="a", name="anchor")
    desk.map.add(thing)
    desk.new_unit()
    desk.map.remove(thing)
    desk.journal.seal()

    assert desk.map.changes().added == [] and desk.map.changes().removed == []


def test_the_removal_of_what_an_earlier_unit_added_can_be_undone():
    desk = Desk()
    thing = Thing(id="a", name="anchor")
    desk.map.add(thing)
    desk.new_unit()
    desk.map.remove(thing)

    desk.journal.undo()

    assert desk.get("a") is thing and desk.commit() == {"a": (0, 1)}


def test_a_key_that_was_removed_may_be_taken_again():
    desk = Desk(Thing(id="a", name="anchor", value=1, version=4))
    desk.map.remove(desk.get("a"))
    desk.map.add(Thing(id="a", name="anchor", value=2))

    assert desk.get("a").value == 2
    assert desk.commit() == {"a": (2, 1)}


def test_a_replacement_is_undone_last_step_first():
    desk = Desk(Thing(id="a", name="anchor", value=1))
    first = desk.get("a")
    desk.map.remove(first)
    desk.map.add(Thing(id="a", name="anchor", value=2))

    desk.journal.undo()

    assert desk.get("a") is first and desk.map.find("name", "anchor") is first
    assert desk.commit() == {"a": (1, 1)}


def test_what_was_removed_stays_removed_though_its_successor_is_undone():
    desk = Desk(Thing(id="a", name="anchor"))
    desk.map.remove(desk.get("a"))
    desk.new_unit()
    desk.map.add(Thing(id="a", name="anchor"))

    desk.journal.undo()

    assert desk.map.find("key", "a") is None and desk.map.find("name", "anchor") is None
    assert desk.commit() == {}


def test_a_successor_that_was_removed_and_is_back_still_replaces_what_was_there():
    desk = Desk(Thing(id="a", value=1, version=4))
    desk.map.remove(desk.get("a"))
    desk.map.add(Thing(id="a", value=2))
    desk.new_unit()
    desk.map.remove(desk.get("a"))

    desk.journal.undo()

    assert desk.commit() == {"a": (2, 1)}


def test_what_was_changed_and_removed_is_removed_only():
    desk = Desk(Thing(id="a", version=4))
    thing = desk.get("a")
    thing.value = 5
    desk.map.remove(thing)
    desk.journal.seal()

    assert (desk.map.changes().updated, desk.map.changes().removed) == ([], [("a", 4)])


def test_what_was_taken_because_it_was_due_is_undone_like_the_rest():
    desk = Desk(Thing(id="a", due=NOON))
    desk.map.due(NOON, 10)[0].due = None

    desk.journal.undo()

    assert [thing.id for thing in desk.map.due(NOON, 10)] == ["a"]


def test_a_key_that_comes_back_in_another_group_is_found_in_that_one_only():
    desk = Desk(Thing(id="a", shelf="left"))
    (old,) = desk.map.where("shelf", "left")
    desk.map.where("shelf", "right")
    desk.map.remove(old)

    desk.map.add(new := Thing(id="a", shelf="right"))

    assert desk.map.where("shelf", "left") == []
    assert desk.map.where("shelf", "right") == [new]


def test_what_was_removed_while_its_group_was_loaded_is_in_it_again_after_an_undo():
    desk = Desk(Thing(id="a", shelf="low"))
    desk.map.remove(desk.get("a"))
    assert desk.map.where("shelf", "low") == []

    desk.journal.undo()

    assert [thing.id for thing in desk.map.where("shelf", "low")] == ["a"]


def test_what_one_unit_added_and_the_next_removed_in_vain_is_in_its_group_again():
    desk = Desk()
    desk.map.add(added := Thing(id="a", shelf="low"))
    desk.journal.seal()
    desk.new_unit()
    desk.map.remove(added)
    assert desk.map.where("shelf", "low") == []

    desk.journal.undo()

    assert desk.map.where("shelf", "low") == [added]
