"""kill -9 at a bad moment, a restart, and the client's retry: one order, one charge."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from service_layer.idempotency import LEASE
from tests.harness import wire
from tests.harness.client import BALANCE, Shopper, card
from tests.harness.crowd import eventually
from tests.harness.footprint import charges
from tests.harness.server import Server
from tests.harness.shop import Shop

SLOW = card("pm_sandbox_slow")


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of our own to kill; each test leaves it running."""
    with Server(tmp_path_factory.mktemp("mortal"), request_deadline_seconds="4") as server:
        yield server


@pytest.fixture
def mortal_shop(mortal: Server) -> Iterator[Shop]:
    with Shop(mortal) as shop:
        yield shop


def persist(ada: Shopper, sku: str) -> httpx2.Response:
    """Retry under the same key, as a client does, until the answer is definite."""

    def attempt() -> httpx2.Response | None:
        answer = ada.order(sku, 2, pay=SLOW, key="precious")
        assert answer.status_code in {201, 202, 409, 503}, answer.text
        return answer if answer.status_code == 201 else None

    answer = eventually(attempt, within=60)
    assert answer is not None
    return answer


def test_a_kill_while_the_gateway_is_slow_costs_nothing(mortal_shop: Shop) -> None:
    ada, sku, before = mortal_shop.shopper(), mortal_shop.mug(on_hand=10), charges(mortal_shop.staff)
    with ThreadPoolExecutor(1) as threads:
        lost = threads.submit(ada.order, sku, 2, pay=SLOW, key="precious")
        assert eventually(lambda: mortal_shop.staff.available(sku) == 8)
        mortal_shop.server.kill()
        assert isinstance(lost.exception(timeout=30), httpx2.TransportError)

    mortal_shop.server.start()
    order = persist(ada, sku).json()

    assert [found["id"] for found in ada.orders()] == [order["id"]]
    assert ada.session()["last_order_id"] == order["id"]
    assert mortal_shop.staff.available(sku) == 8
    assert len(charges(mortal_shop.staff)) == len(before) + 1
    assert eventually(lambda: ada.orders()[0]["payment"]["status"] == "captured")
    assert mortal_shop.staff.violations() == []


def test_what_a_dead_process_drove_is_decided_within_five_seconds_of_its_lease(mortal_shop: Shop) -> None:
    ada, sku = mortal_shop.shopper(), mortal_shop.mug(on_hand=10)
    with ThreadPoolExecutor(1) as threads:
        threads.submit(ada.order, sku, 2, pay=SLOW)
        assert eventually(lambda: mortal_shop.staff.available(sku) == 8)
        lease_ends = time.monotonic() + LEASE.total_seconds()
        mortal_shop.server.kill()
    mortal_shop.server.start()

    assert eventually(lambda: [order["status"] for order in ada.orders()] == ["confirmed"], within=30)

    assert time.monotonic() <= lease_ends + 5
    assert mortal_shop.staff.violations() == []


def test_what_was_answered_survives_a_kill_at_the_first_byte(mortal_shop: Shop) -> None:
    ada, sku = mortal_shop.shopper(funds=50_000), mortal_shop.mug(price=1200, on_hand=10)
    body = b'{"items": [{"sku": "%s", "quantity": 2}], "payment": {"method": "balance"}}' % sku.encode()
    cookie = f"Cookie: session={ada.cookies['session']}"

    for sold in (2, 4):
        with wire.connect(mortal_shop.server) as answer:
            answer.sendall(wire.request("POST", "/orders/", body, cookie))
            assert answer.recv(1) == b"H"
            mortal_shop.server.kill()
        mortal_shop.server.start()
        assert mortal_shop.staff.available(sku) == 10 - sold

    assert ada.balance() == 50_000 - 4 * 1200
    assert [order["status"] for order in ada.orders()] == ["confirmed"] * 2
    assert ada.session()["last_order_id"] == ada.orders()[0]["id"]
    assert mortal_shop.staff.violations() == []


def test_a_graceful_stop_finishes_what_it_accepted(mortal_shop: Shop) -> None:
    ada, sku, before = mortal_shop.shopper(), mortal_shop.mug(on_hand=10), charges(mortal_shop.staff)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(ada.order, sku, 2, pay=SLOW)
        assert eventually(lambda: mortal_shop.staff.available(sku) == 8)

        assert mortal_shop.server.stop() == 0

        assert waiting.result(timeout=30).status_code == 201
    mortal_shop.server.start()
    assert [order["status"] for order in ada.orders()] == ["confirmed"]
    assert len(charges(mortal_shop.staff)) == len(before) + 1 and mortal_shop.staff.violations() == []


def test_a_client_that_hangs_up_leaves_a_whole_order_or_none(mortal_shop: Shop) -> None:
    ada, sku = mortal_shop.shopper(funds=5000), mortal_shop.mug(price=1200, on_hand=10)
    body = b'{"items": [{"sku": "%s", "quantity": 2}], "payment": {"method": "balance"}}' % sku.encode()
    whole = wire.request("POST", "/orders/", body, f"Cookie: session={ada.cookies['session']}")

    for cut in (len(whole) // 2, len(whole) - 1):
        with wire.connect(mortal_shop.server) as caller:
            caller.sendall(whole[:cut])
    time.sleep(0.2)
    assert ada.orders() == [] and ada.balance() == 5000

    with wire.connect(mortal_shop.server) as caller:
        caller.sendall(whole)
    order = eventually(ada.orders)[0]
    assert order["status"] == "confirmed" and order["payment"]["method"] == BALANCE["method"]
    assert ada.balance() == 2600 and ada.session()["last_order_id"] == order["id"]
    assert mortal_shop.staff.violations() == []
