"""A server with a third party's payment gateway, found by its entry point: the sandbox's books are not there."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.problems import assert_problem
from tests.harness.server import Server
from tests.harness.shop import Shop

GATEWAY = """
from datetime import timedelta
from service_layer.ports.errors import GatewayUnreachable

class Closed:
    key_lifetime = timedelta(hours=24)

    async def unreachable(self, *_, **__):
        raise GatewayUnreachable("closed today")

    authorize = capture = void = refund = lookup = unreachable

def open_gateway(url, surroundings):
    return Closed()
"""


def install(site: Path) -> None:
    """What an installer would leave there."""
    described = site / "closed_gateway-1.0.dist-info"
    described.mkdir()
    (site / "closed_gateway.py").write_text(GATEWAY)
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: closed-gateway\nVersion: 1.0\n")
    (described / "entry_points.txt").write_text("[lockstep.payments]\nclosed = closed_gateway:open_gateway\n")


@pytest.fixture
def other_shop(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    site = tmp_path_factory.mktemp("site")
    install(site)
    monkeypatch.setenv("PYTHONPATH", str(site), prepend=os.pathsep)
    with Server(tmp_path_factory.mktemp("other"), payment_gateway="closed") as server, Shop(server) as shop:
        yield shop


def test_with_another_gateway_there_are_no_sandbox_charges(other_shop: Shop) -> None:
    ada, sku = other_shop.shopper(), other_shop.mug()

    assert_problem(other_shop.staff.get("/ops/sandbox/charges"), 404, "not-found")

    assert_problem(ada.order(sku), 503, "unavailable")
    assert ada.orders() == [] and other_shop.staff.available(sku) == 10
    assert other_shop.staff.violations() == []
