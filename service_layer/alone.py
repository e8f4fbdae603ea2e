"""A unit that runs alone, in a transaction of its own: tests, the command line, second attempts."""

from __future__ import annotations

from collections.abc import Callable

from service_layer.ports.store import Store, StoreTransaction
from service_layer.repositories import Repositories


class Alone:
    """Begins with the unit, decides at its commit."""

    def __init__(self, store: Store, *, write: bool = True, deadline: float | None = None) -> None:
        self._store = store
        self._write = write
        self._deadline = deadline
        self._transaction: StoreTransaction | None = None

    def begin(self) -> Repositories:
        self._transaction = transaction = self._store.begin(write=self._write, deadline=self._deadline)
        self._commit = transaction.commit
        self._repositories = Repositories(transaction)
        return self._repositories

    def prepare(self) -> None:
        self._repositories.journal.seal()
        self._repositories.flush()

    def undo(self) -> None:
        self._repositories.journal.undo()

    def rollback(self) -> None:
        if self._transaction is not None:
            self._transaction.rollback()

    def decide(self, finish: Callable[[], None]) -> None:
        self._commit()
        finish()
