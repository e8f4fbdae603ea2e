"""The disk of the embedded database is full: 503, rolled back, and well again when there is room."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.client import BALANCE
from tests.harness.server import Server
from tests.harness.shop import Shop
from tests.harness.small_disk import Disk, ShortFiles, SmallFileSystem, can_mount, mounting

DISKS = ["file system", "short files"] if can_mount() else ["short files"]


@pytest.fixture(params=DISKS)
def shop_and_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Shop, Disk]]:
    server = Server(tmp_path / "data")
    if request.param == "file system":
        with mounting(server.data_dir), server, Shop(server) as shop:
            yield shop, SmallFileSystem(server)
    else:
        with server, Shop(server) as shop:
            yield shop, ShortFiles(server)


def test_a_full_disk_is_an_outage_until_there_is_room(shop_and_disk: tuple[Shop, Disk]):
    shop, disk = shop_and_disk
    ada, sku = shop.shopper(funds=10_000), shop.mug(price=1200)
    before = shop.footprint(ada, sku)
    answers = []

    for _ in range(3):
        disk.fill()
        answers.append(ada.order(sku, pay=BALANCE, key="in need"))
    disk.fill()
    answers.append(ada.patch("/session/preferences", json={"theme": "dark"}))
    disk.free()

    assert [answer.status_code for answer in answers] == [503] * 4, [answer.text for answer in answers]
    assert {answer.json()["code"] for answer in answers} <= {"unavailable", "outcome-unknown"}
    assert all("set-cookie" not in answer.headers for answer in answers)
    assert shop.footprint(ada, sku) == before
    assert ada.order(sku, pay=BALANCE, key="in need").status_code == 201
    assert (len(ada.orders()), ada.balance(), shop.staff.violations()) == (1, 8800, [])
    assert shop.server.stop() == 0
