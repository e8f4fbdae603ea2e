"""One transaction over some things, as the identity map sees it."""

from adapters.memory.store import MemoryStore
from service_layer.identity_map import IdentityMap
from service_layer.journal import Journal
from tests.kit.faults import Faults, FaultyTransaction
from tests.kit.things import THINGS, Thing, store_of


class Desk:
    """One transaction over some things, with unit after unit in it."""

    def __init__(self, *things: Thing) -> None:
        self.store: MemoryStore = store_of(*things)
        self.faults = Faults()
        self.transaction = FaultyTransaction(self.store.begin(write=True), self.faults)
        self.journal = Journal()
        self.map: IdentityMap[Thing] = IdentityMap(THINGS, self.transaction, self.journal)

    def get(self, key: str) -> Thing:
        found = self.map.find("key", key)
        assert found is not None
        return found

    @property
    def loads(self) -> list[tuple[str, list[str]]]:
        return [(index, values) for _, index, values in self.faults.loads]

    def new_unit(self) -> None:
        self.journal.begin()

    def commit(self) -> dict[str, tuple[int, int]]:
        """What the store has then: value and version by id."""
        self.transaction.write([(THINGS, self.map.changes())])
        self.transaction.commit()
        return {thing.id: (thing.value, thing.version) for thing in self.store.shelves["things"].all()}
