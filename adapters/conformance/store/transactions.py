"""How the contract's tests use a store: write, look, and do both at once."""

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from adapters.conformance.store.specimens import everything, state
from domain.money import Money
from service_layer import kinds
from service_layer.kinds import Changes, Kind
from service_layer.ports.errors import Conflict
from service_layer.ports.store import Store, StoreTransaction

Result = TypeVar("Result")
States = dict[str, list[dict[str, Any]]]

KINDS: Final = {kind.name: kind for kind in kinds.ALL}


@contextmanager
def transaction(store: Store, *, write: bool = True, seconds: float = 30) -> Generator[StoreTransaction]:
    """Rolled back unless the block commits it."""
    opened = store.begin(write=write, deadline=time.monotonic() + seconds)
    try:
        yield opened
    finally:
        opened.rollback()


def change(store: Store, *changes: tuple[Kind[Any], Changes[Any]]) -> None:
    with transaction(store) as opened:
        opened.write(changes)
        opened.commit()


def keep(store: Store, things: Mapping[str, Sequence[Any]]) -> None:
    """Adds all of these, by the name of their kind, in one transaction."""
    change(store, *additions(things))


def additions(things: Mapping[str, Sequence[Any]]) -> list[tuple[Kind[Any], Changes[Any]]]:
    return [(kind, Changes(list(things[kind.name]), [], [])) for kind in kinds.ALL if things.get(kind.name)]


def find(store: Store, kind: Kind[Any], *values: str, index: str = "key") -> list[Any]:
    """In key order."""
    with transaction(store, write=False) as opened:
        return sorted(opened.load(kind, index, values), key=kind.key)


def states(kind: Kind[Any], things: Sequence[Any]) -> list[dict[str, Any]]:
    return [state(thing) for thing in sorted(things, key=kind.key)]


def written() -> States:
    """What every specimen is."""
    return {name: states(KINDS[name], things) for name, things in everything().items()}


def found(store: Store, *, write: bool = False) -> States:
    """What every specimen is in the store, as far as it is there."""
    keys = {kind: [kind.key(thing) for thing in everything()[kind.name]] for kind in kinds.ALL}
    with transaction(store, write=write) as opened:
        return {kind.name: states(kind, list(opened.load(kind, "key", keys[kind]))) for kind in kinds.ALL}


def amend(thing: object, amendment: Mapping[str, Any], version: int) -> None:
    for name, value in {**amendment, "version": version}.items():
        setattr(thing, name, value)


def page(store: Store, kind: Kind[Any], index: str | None, value: str, after: str | None, limit: int) -> list[str]:
    with transaction(store, write=False) as opened:
        return [kind.key(thing) for thing in opened.page(kind, index, value, after, limit)]


def pay_in(opened: StoreTransaction, account_id: str, amount: Money) -> None:
    """Reads, adds, writes."""
    (account,) = opened.load(kinds.ACCOUNTS, "key", [account_id])
    account.balance += amount
    account.version += 1
    opened.write([(kinds.ACCOUNTS, Changes([], [(account, account.version - 1)], []))])


def insistently(work: Callable[[], Result]) -> Result:
    """What it returns once nobody is in its way."""
    while True:
        try:
            return work()
        except Conflict:
            time.sleep(0.002)


def at_once(*works: Callable[[], Result]) -> list[Result | Exception]:
    """What each of them returns or raises."""

    def outcome(work: Callable[[], Result]) -> Result | Exception:
        try:
            return work()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(outcome, works))
