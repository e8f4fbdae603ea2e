"""One trial: a process dies at a point, another one clears up, the client asks again, and all is as it should be."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from adapters.sql import schema
from adapters.sql.store import SqlStore
from adapters.system.fixed import CountingIds
from adapters.system.ids import Uuid7Ids
from service_layer.receipts import decode, encode
from tests.kit.shop import Shop
from tests.torture.every_line.afterwards import Aftermath
from tests.torture.every_line.child import fork
from tests.torture.every_line.death import DEAD, PLACE, Lines, Point
from tests.torture.every_line.house import DATABASE, LATER, House
from tests.torture.every_line.remains import DIARY, digest
from tests.torture.every_line.scenarios import Cast, Scenario

COUNTS: Final = "counts.json"
PATIENCE: Final = (True, False)


class Theatre:
    """What all scenarios share: an empty database, and stores whose statements are compiled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.blank = folder / "blank"
        self.blank.mkdir()
        os.chdir(self.blank)
        schema.migrate(DATABASE)
        self.arranging, self.playing = SqlStore(DATABASE), SqlStore(DATABASE)  # the latter connects in trials only


class Stage:
    """A scenario, arranged once; each trial plays it on a copy. This process has no thread when it forks.

    Ids count and time stands still, so that the same death leaves the same remains. What comes of remains is checked
    the first time that they are seen: with a client who waits for it, and with one who asks again at once.
    """

    def __init__(self, theatre: Theatre, scenario: Scenario) -> None:
        self._scenario = scenario
        self._store = theatre.playing
        self._template = theatre.folder / "template"
        self._remains = theatre.folder / "remains"
        self._next_life = theatre.folder / "next-life"
        self._seen: set[str] = set()
        _copy(theatre.blank, self._template)
        os.chdir(self._template)
        self._shop, self._cast = _arranged(scenario, theatre.arranging)
        self._rehearse()
        gc.collect()
        gc.freeze()

    def _rehearse(self) -> None:
        """Once here, so that whoever is forked finds everything imported, compiled and remembered."""
        _copy(self._template, self._remains)
        os.chdir(self._remains)
        house = House(self._shop, SqlStore(DATABASE), CountingIds())
        house.reading.start()
        asyncio.run(self._live(house))
        house.close()
        os.chdir(self._template)

    def count(self) -> Mapping[str, int]:
        """How many lines each thread runs where nobody dies; all the same must hold then."""
        self.play(None)
        return json.loads((self._remains / COUNTS).read_text())

    def play(self, at: Point | None) -> str:
        """Where in the code it died. Raises `ChildFailed` with what was found wrong."""
        _copy(self._template, self._remains)
        status = fork(self._remains, lambda: self._die(at))
        _copy(self._remains, self._next_life)
        left = digest(self._next_life)
        if left not in self._seen:
            for patient in PATIENCE:
                _copy(self._remains, self._next_life)
                fork(self._next_life, lambda patient=patient: self._clear_up(patient=patient))
            self._seen.add(left)
        return (self._remains / PLACE).read_text() if status == DEAD else "nowhere"

    @property
    def remains(self) -> int:
        """How many different ones there were."""
        return len(self._seen)

    def _die(self, at: Point | None) -> None:
        """The dying life. What its client has heard is in the diary."""
        lines = Lines(at)
        lines.watch()
        asyncio.run(self._live(House(self._shop, self._store, CountingIds())))
        lines.rest()
        Path(COUNTS).write_text(json.dumps(lines.run))

    async def _live(self, house: House) -> None:
        if self._scenario.recovery:
            house.writing.start()
        else:
            await house.ask_together(self._requests(), _write_down)
        await house.recover()

    def _clear_up(self, *, patient: bool) -> None:
        """The next life."""
        house = House(self._shop, self._store, Uuid7Ids())
        house.runner.start()
        entries = [json.loads(line) for line in Path(DIARY).read_text().splitlines()] if Path(DIARY).exists() else []
        told = {number: decode(text) for number, text in entries}
        asyncio.run(self._check(Aftermath(house, self._cast, self._requests(), told), patient=patient))

    async def _check(self, aftermath: Aftermath, *, patient: bool) -> None:
        await aftermath.consistent()
        if not patient:
            await aftermath.ask_at_once()
            await aftermath.consistent()
        for _ in range(2):
            await aftermath.recovered()
            await aftermath.ask_again()
        await aftermath.consistent()
        await aftermath.ended(self._scenario.ending)

    def _requests(self) -> list[Any]:
        return [asking(self._cast) for asking in self._scenario.asks]


def _arranged(scenario: Scenario, store: SqlStore) -> tuple[Shop, Cast]:
    shop = Shop(store=store, ids=Uuid7Ids())
    cast = Cast(shop)
    house = House(shop, shop.store, shop.ids)
    house.runner.start()
    if scenario.before is not None:
        asyncio.run(scenario.before(house, cast))
    house.close()
    if scenario.recovery:
        shop.clock.advance(LATER)
    return shop, cast


def _write_down(number: int, outcome: Any) -> None:
    """What a client has heard, at the moment it does."""
    with Path(DIARY).open("a") as diary:
        diary.write(json.dumps([number, encode(outcome)]) + "\n")


def _copy(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
