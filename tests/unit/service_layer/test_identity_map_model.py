"""The identity map against the plainest thing that could be right: a copy of everything at every step."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from service_layer.identity_map import IdentityMap
from service_layer.journal import Journal
from service_layer.ports.errors import Conflict
from tests.kit.things import THINGS, Thing, store_of

Row = tuple[str | None, str, int]
"""Name, shelf, value."""

KEYS = st.sampled_from("abcd")
NAMES = st.sampled_from([None, "anchor", "bell", "cleat"])
SHELVES = st.sampled_from(["low", "top"])
VALUES = st.integers(0, 2)


class UnitsInATransaction(RuleBasedStateMachine):
    """`committed`, `voted` and `now` are the rows as the store, the transaction and the unit see them."""

    @initialize(rows=st.dictionaries(KEYS, st.tuples(st.none(), SHELVES, VALUES)))
    def open_the_store(self, rows: dict[str, Row]) -> None:
        self.store = store_of(*(Thing(id=key, name=n, shelf=s, value=v) for key, (n, s, v) in rows.items()))
        self.committed: dict[str, Row] = dict(rows)
        self.versions = dict.fromkeys(rows, 1)
        self.begin()

    def begin(self) -> None:
        self.transaction = self.store.begin(write=True)
        self.journal = Journal()
        self.map: IdentityMap[Thing] = IdentityMap(THINGS, self.transaction, self.journal)
        self.voted, self.now = dict(self.committed), dict(self.committed)
        self.objects: dict[str, Thing] = {}
        self.before_unit: dict[str, Thing] = {}

    def see(self, key: str, thing: Thing) -> Thing:
        """It is what the model says, and the object that was there before."""
        assert (thing.name, thing.shelf, thing.value) == self.now[key]
        assert self.objects.setdefault(key, thing) is thing
        return thing

    @rule(key=KEYS)
    def find(self, key: str) -> None:
        found = self.map.find("key", key)
        assert (found is not None) == (key in self.now)
        if found is not None:
            self.see(key, found)

    @rule(name=NAMES.filter(bool))
    def find_by_name(self, name: str) -> None:
        found = self.map.find("name", name)
        assert ([found.id] if found else []) == [key for key, row in self.now.items() if row[0] == name]
        if found is not None:
            self.see(found.id, found)

    @rule(shelf=SHELVES)
    def look_on(self, shelf: str) -> None:
        found = self.map.where("shelf", shelf)
        assert [thing.id for thing in found] == sorted(key for key, row in self.now.items() if row[1] == shelf)
        for thing in found:
            self.see(thing.id, thing)

    @rule(keys=st.lists(KEYS))
    def prefetch(self, keys: list[str]) -> None:
        self.map.prefetch("key", keys)

    @rule(key=KEYS, value=VALUES)
    def change(self, key: str, value: int) -> None:
        found = self.map.find("key", key)
        if found is not None:
            self.see(key, found).value = value
            self.now[key] = (*self.now[key][:2], value)

    @rule(key=KEYS)
    def remove(self, key: str) -> None:
        found = self.map.find("key", key)
        if found is not None:
            self.map.remove(self.see(key, found))
            del self.now[key], self.objects[key]

    @rule(key=KEYS, name=NAMES, shelf=SHELVES, value=VALUES)
    def add(self, key: str, name: str | None, shelf: str, value: int) -> None:
        thing = Thing(id=key, name=name, shelf=shelf, value=value)
        taken = key in self.now or (name is not None and name in {row[0] for row in self.now.values()})
        if taken:
            self.map.prefetch("key", [key])
            self.map.prefetch("name", [name or ""])
            try:
                self.map.add(thing)
            except Conflict:
                return
            raise AssertionError("there was one already")
        self.map.add(thing)
        self.now[key], self.objects[key] = (name, shelf, value), thing

    @rule()
    def vote(self) -> None:
        self.journal.seal()
        self.voted = dict(self.now)
        self.next_unit()

    @rule(sealed=st.booleans())
    def refuse(self, sealed: bool) -> None:
        if sealed:
            self.journal.seal()
        self.journal.undo()
        self.now = dict(self.voted)
        self.objects = dict(self.before_unit)

    def next_unit(self) -> None:
        self.journal.begin()
        self.before_unit = dict(self.objects)

    @precondition(lambda self: self.now == self.voted)
    @rule()
    def commit(self) -> None:
        self.vote()
        changes = self.map.changes()
        self.transaction.write([(THINGS, changes)])
        self.transaction.commit()
        kept = {thing.id: thing for thing in self.store.shelves["things"].all()}
        assert {key: (t.name, t.shelf, t.value) for key, t in kept.items()} == self.voted
        for thing, version in changes.updated:
            assert kept[thing.id].version > version
        self.committed = self.voted
        self.begin()

    @rule()
    def roll_back(self) -> None:
        self.transaction.rollback()
        self.begin()


TestUnitsInATransaction = UnitsInATransaction.TestCase
TestUnitsInATransaction.settings = settings(max_examples=30, stateful_step_count=25)
