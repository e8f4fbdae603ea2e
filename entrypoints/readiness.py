"""Whether the database can be used: looked at before the start and once a second after it."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from typing import Final, Self

import structlog
from structlog.typing import FilteringBoundLogger

from entrypoints import plugins
from entrypoints.settings import Settings
from entrypoints.trouble import CannotStart
from service_layer.kinds import PRODUCTS
from service_layer.ports.errors import Conflict, Unavailable
from service_layer.ports.store import Store

EVERY: Final = 1.0  # seconds
PATIENCE: Final = 2.0  # seconds for the database to answer

AWAY: Final = "The database cannot be reached."
BEHIND: Final = "The database needs a migration: run `lockstep migrate`."
DRAINING: Final = "The service is shutting down."
log: FilteringBoundLogger = structlog.get_logger("lockstep.database")


class Readiness:
    """Knows what keeps the service from working. Nothing is known before the first look."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._url = settings.database_url
        self._migrates = settings.development
        self._store = store
        self._current = False
        self._was_ready = False
        self._why_not: str | None = None
        self._hopeless: Exception | None = None
        self._draining = False
        self._began = False
        self._looked, self._end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._keep_looking, name="lockstep-readiness", daemon=True)

    def why_not(self) -> str | None:
        """What is missing, in a sentence, or None. As of the last look; asking takes no time."""
        return DRAINING if self._draining else self._why_not

    def look(self, *, migrate: bool | None = None) -> str | None:
        """What is missing now. Raises `CannotStart` where waiting would not help.

        It migrates first where it may, which it may in development unless told otherwise.
        """
        try:
            self._why_not = self._missing(self._migrates if migrate is None else migrate)
        except Unavailable as error:
            self._why_not = AWAY
            if not self._was_ready:  # whoever starts it wants to know; later, once is enough
                log.warning("the database cannot be reached", detail=str(error.__cause__ or error).partition("\n")[0])
        self._was_ready = self._was_ready or self._why_not is None
        return self._why_not

    def drain(self) -> None:
        """Not ready any more, for the rest of this process. Takes no lock, so that a signal may interrupt another."""
        self._draining = True

    def __enter__(self) -> Self:
        """Looks now, and from then on again and again, from a thread. Raises whatever the first look finds.

        A database that says nothing keeps nobody for longer than `PATIENCE` from asking whether we live.
        """
        self._why_not = AWAY
        self._thread.start()
        if not self._looked.wait(PATIENCE):
            log.warning("the database does not answer")
        self._began = True
        if self._hopeless is not None:
            raise self._hopeless
        return self

    def __exit__(self, *_: object) -> None:
        """Raises what ended the start, where that was found late."""
        self._end.set()
        self._thread.join(PATIENCE)
        if self._hopeless is not None:
            raise self._hopeless

    def _missing(self, migrate: bool) -> str | None:
        if not self._current:
            self._current = bring_up_to_date(self._url, migrate=migrate)
        if not self._current:
            return BEHIND
        self._ask()
        return None

    def _ask(self) -> None:
        """Raises `Unavailable`. A database that is busy is there."""
        with suppress(Conflict):
            transaction = self._store.begin(write=False, deadline=time.monotonic() + PATIENCE)
            try:
                list(transaction.load(PRODUCTS, "key", [""]))
            finally:
                transaction.rollback()

    def _keep_looking(self) -> None:
        self._look_again()
        self._looked.set()
        while self._hopeless is None and not self._end.wait(EVERY):
            self._look_again()
        if self._hopeless is not None and self._began and not self._end.is_set():  # else they hear of it anyway
            os.kill(os.getpid(), signal.SIGTERM)

    def _look_again(self) -> None:
        """One look; whatever comes of it, there will be another, unless waiting would not help."""
        before = self._why_not
        try:
            self.look()
        except CannotStart as trouble:
            self._why_not = AWAY
            if not self._was_ready:
                self._hopeless = trouble
        except Exception as error:  # nobody else would notice that this thread is gone
            self._why_not = AWAY
            if not self._looked.is_set():
                self._hopeless = error
            elif not self._end.is_set():
                log.error("the look at the database failed", exc_info=error)
        if self._why_not == before:
            return
        if self._was_ready and self._began:
            log.warning("readiness has changed", missing=self._why_not)
        elif self._why_not == BEHIND:
            log.warning("the database needs a migration", run="lockstep migrate")


def bring_up_to_date(url: str, *, migrate: bool) -> bool:
    """Whether the schema is what this version needs, perhaps after a migration. Raises `CannotStart`, `Unavailable`."""
    factory = plugins.find(plugins.STORES, url).load()
    if not isinstance(factory, plugins.Migrating):
        return True
    found = factory.schema(url)
    if found == "ahead":
        what = plugins.without_secrets(url)
        raise CannotStart(f"{what} was made by a newer Lockstep: start that one, or restore a backup of this one's")
    if found != "current" and migrate:
        factory.migrate(url)
        return True
    return found == "current"
