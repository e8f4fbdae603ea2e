"""Whether the database can be used, as it comes and goes."""

import importlib
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest

from adapters.memory.store import MemoryStore, MemoryTransaction
from entrypoints import readiness
from entrypoints.plugins import Schema
from entrypoints.readiness import AWAY, BEHIND, DRAINING, Readiness
from entrypoints.settings import Settings
from entrypoints.trouble import CannotStart
from service_layer.ports.errors import Conflict, Unavailable
from tests.harness.crowd import eventually


class PaperStore(MemoryStore):
    """A store that is away, busy or broken whenever its paper says so."""

    def __init__(self) -> None:
        super().__init__()
        self.error: Exception | None = None
        self.answers = threading.Event()
        self.answers.set()

    def begin(self, *, write: bool, deadline: float | None = None) -> MemoryTransaction:
        assert self.answers.wait(10)
        if self.error is not None:
            raise self.error
        return super().begin(write=write, deadline=deadline)


class PaperStores:
    """What an entry point of a store stands for, with a schema that has versions."""

    def __init__(self) -> None:
        self.state: Schema = "current"
        self.error: Exception | None = None
        self.migrations = 0

    def __call__(self, url: str, surroundings: object) -> PaperStore:
        return PaperStore()

    def schema(self, url: str) -> Schema:
        if self.error is not None:
            raise self.error
        return self.state

    def migrate(self, url: str) -> None:
        self.migrations += 1
        self.state = "current"


@pytest.fixture
def paper(install: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> PaperStores:
    """The store of a third party, installed and chosen by `paper://`; it is looked at often."""
    install("lockstep_paper", entry_points="[lockstep.stores]\npaper = lockstep_paper:stores\n")
    module: Any = importlib.import_module("lockstep_paper")
    module.stores = PaperStores()
    monkeypatch.setattr(readiness, "EVERY", 0.01)
    return module.stores


@pytest.fixture
def store() -> PaperStore:
    return PaperStore()


@pytest.fixture
def open_in(paper: PaperStores, store: PaperStore) -> Callable[[str], Readiness]:
    def opened(env: str) -> Readiness:
        settings = Settings.model_construct(env=env, database_url="paper://drawer")
        return Readiness(settings, store)

    return opened


def test_with_everything_there_nothing_is_missing(open_in: Callable[[str], Readiness]) -> None:
    found = open_in("production")

    assert found.look() is None and found.why_not() is None


@pytest.mark.parametrize("state", ["behind", "empty"])
def test_development_migrates_and_production_names_the_command(
    open_in: Callable[[str], Readiness], paper: PaperStores, state: Schema
) -> None:
    paper.state = state

    assert open_in("production").look() == BEHIND and "lockstep migrate" in BEHIND
    assert open_in("development").look(migrate=False) == BEHIND
    assert paper.migrations == 0
    assert open_in("development").look() is None
    assert paper.migrations == 1


def test_a_newer_schema_is_no_place_to_start(open_in: Callable[[str], Readiness], paper: PaperStores) -> None:
    paper.state = "ahead"

    for env in ("production", "development"):
        with pytest.raises(CannotStart, match="paper://drawer was made by a newer Lockstep"):
            open_in(env).look()


def test_a_store_without_versions_needs_no_migration(store: PaperStore) -> None:
    settings = Settings.model_construct(env="production", database_url="memory://")

    assert Readiness(settings, store).look() is None


@pytest.mark.parametrize(
    ("error", "missing"), [(Unavailable("down\nand out"), AWAY), (Conflict(), None)], ids=["away", "busy"]
)
def test_a_busy_database_is_there_and_one_that_is_away_is_not(
    open_in: Callable[[str], Readiness], store: PaperStore, error: Exception, missing: str | None
) -> None:
    store.error = error

    assert open_in("production").look() == missing


def test_what_comes_back_is_noticed_and_what_goes_away_as_well(
    open_in: Callable[[str], Readiness], store: PaperStore
) -> None:
    store.error = Unavailable()
    with open_in("production") as found:
        for error, missing in ((None, None), (Unavailable(), AWAY), (ValueError("a bug"), AWAY), (None, None)):
            store.error = error
            eventually(lambda missing=missing: found.why_not() == missing)

        found.drain()
        assert found.why_not() == DRAINING


def test_a_migration_is_noticed(open_in: Callable[[str], Readiness], paper: PaperStores) -> None:
    paper.state = "behind"
    with open_in("production") as found:
        assert found.why_not() == BEHIND
        paper.migrate("")
        eventually(lambda: found.why_not() is None)


def test_trouble_that_shows_only_later_ends_the_start(
    open_in: Callable[[str], Readiness], paper: PaperStores, store: PaperStore
) -> None:
    told_to_stop = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: told_to_stop.set())
    try:
        paper.error = Unavailable()
        found = open_in("production").__enter__()
        assert found.why_not() == AWAY
        paper.error = CannotStart("wrong password")
        assert told_to_stop.wait(10)
        with pytest.raises(CannotStart, match="wrong password"):
            found.__exit__()
    finally:
        signal.signal(signal.SIGTERM, before)


def test_trouble_after_a_good_start_ends_nothing(open_in: Callable[[str], Readiness], store: PaperStore) -> None:
    with open_in("production") as found:
        assert found.why_not() is None
        store.error = CannotStart("somebody removed the database")
        eventually(lambda: found.why_not() == AWAY)


def test_a_database_that_says_nothing_keeps_nobody_waiting(
    open_in: Callable[[str], Readiness], store: PaperStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "PATIENCE", 0.01)
    store.answers.clear()
    with open_in("production") as found:
        assert found.why_not() == AWAY
        store.answers.set()
        eventually(lambda: found.why_not() is None)


def test_what_will_not_do_ends_the_start_at_once(open_in: Callable[[str], Readiness], paper: PaperStores) -> None:
    paper.state = "ahead"

    begun = False
    with pytest.raises(CannotStart, match="newer Lockstep"), open_in("production"):
        begun = True

    assert not begun


def test_a_bug_in_the_first_look_ends_the_start(open_in: Callable[[str], Readiness], store: PaperStore) -> None:
    store.error = ValueError("a bug")

    begun = False
    with pytest.raises(ValueError, match="a bug"), open_in("production"):
        begun = True

    assert not begun
