"""Behind a proxy whose address is configured, and in front of one that only says so."""

from collections.abc import Iterator

import pytest

from tests.harness.problems import assert_problem
from tests.harness.server import HOST, Server
from tests.harness.shop import Shop

CLIENT, SPOOFED = "192.0.2.7", "203.0.113.9"
FROM_A_PROXY = {
    "X-Forwarded-For": f"{SPOOFED}, {CLIENT}",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "shop.example",
}


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("behind"), trusted_proxies=HOST, login_attempts="3/minute") as server:
        yield server


@pytest.fixture
def behind_shop(behind: Server) -> Iterator[Shop]:
    with Shop(behind) as shop:
        yield shop


def address_told(shop: Shop) -> str:
    """Which address the list of sessions has for somebody who logs in through a proxy."""
    ada = shop.shopper()
    ada.post("/session", json={"email": ada.email, "password": ada.password}, headers=FROM_A_PROXY).raise_for_status()
    return str(next(row["ip"] for row in ada.get("/sessions").json()["data"] if row["current"]))


def test_the_client_is_whom_the_proxy_saw(behind_shop: Shop, shop: Shop) -> None:
    assert address_told(behind_shop) == CLIENT
    assert address_told(shop) == HOST


def test_links_lead_to_the_site_that_the_client_asked_for(behind_shop: Shop, shop: Shop) -> None:
    believed, ignored = (one.visitor().get("/orders/", headers=FROM_A_PROXY) for one in (behind_shop, shop))

    assert believed.json()["type"] == "https://shop.example/problems/unauthenticated"
    assert ignored.json()["type"] == f"{shop.server.base_url}/problems/unauthenticated"


def test_our_own_pages_are_those_of_that_site(behind_shop: Shop, shop: Shop) -> None:
    sent = {**FROM_A_PROXY, "Origin": "https://shop.example"}

    for one, status in ((behind_shop, 200), (shop, 403)):
        answer = one.visitor().patch("/session/preferences", json={"theme": "dark"}, headers=sent)
        assert answer.status_code == status


def test_guesses_count_for_the_client_and_not_for_the_proxy(behind_shop: Shop) -> None:
    def guess(number: int, chain: str) -> int:
        body = {"email": f"nobody-{number}@example.com", "password": "a-long-and-uncommon-phrase"}
        return behind_shop.visitor().post("/session", json=body, headers={"X-Forwarded-For": chain}).status_code

    assert [guess(n, f"198.51.100.{n}, 192.0.2.66") for n in range(4)] == [401, 401, 401, 429]
    assert guess(9, "192.0.2.67") == 401


def test_nobody_gets_rid_of_their_counter_by_making_up_addresses(shop: Shop) -> None:
    with (
        Server(shop.server.data_dir.with_name("strict-and-bare"), login_attempts="3/minute") as server,
        Shop(server) as bare,
    ):
        body = {"email": "nobody@example.com", "password": "a-long-and-uncommon-phrase"}
        answers = [
            bare.visitor().post(
                "/session",
                json=body | {"email": f"nobody-{n}@example.com"},
                headers={"X-Forwarded-For": f"192.0.2.{n}"},
            )
            for n in range(4)
        ]

    problem = assert_problem(answers[-1], 429, "too-many-attempts")
    assert problem["status"] == 429 and [answer.status_code for answer in answers[:3]] == [401] * 3
