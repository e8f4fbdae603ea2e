"""Guesses are counted once for all processes, outlive them, and a flood of them starves nobody."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from tests.harness import site
from tests.harness.client import BALANCE, Client
from tests.harness.problems import assert_problem
from tests.harness.rush import Reply, ask
from tests.harness.server import Server
from tests.harness.shop import Shop

LIMIT = 4
FLOOD = 400  # log-ins at once; 256 of them find a place
GUESS = {"email": "guessed@example.com", "password": "not-the-right-one"}


def guess(base_url: str) -> int:
    """On a connection of its own, so that any worker may get it."""
    with Client(base_url) as visitor:
        return visitor.log_in(**GUESS).status_code


def test_workers_share_one_count_and_it_outlives_them(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", "--workers", "2", login_attempts=f"{LIMIT}/minute")
    with server:
        assert [guess(server.base_url) for _ in range(LIMIT + 2)] == [401] * LIMIT + [429] * 2
        server.kill()
        server.start()
        assert guess(server.base_url) == 429


@pytest.mark.usefixtures("postgres")
def test_servers_on_one_postgresql_share_one_count() -> None:
    with site.shop_database() as url, site.serving(url, 2, login_attempts=f"{LIMIT}/minute") as (one, other):
        answers = [guess(server.base_url) for server in (one, other) * 3]

    assert answers == [401] * LIMIT + [429] * 2


def test_who_guesses_too_often_is_told_the_limit(tmp_path: Path) -> None:
    with Server(tmp_path / "data", login_attempts="1/minute") as server, Client(server.base_url) as visitor:
        visitor.log_in(**GUESS)
        answer = visitor.log_in(**GUESS)

    assert_problem(answer, 429, "too-many-attempts")
    assert 0 < int(answer.headers["retry-after"]) <= 60
    assert answer.headers["ratelimit-policy"] == '"account";q=1;w=60, "address";q=1;w=60'
    assert answer.headers["ratelimit"].startswith('"account";r=0;t=')


def test_an_office_behind_one_address_comes_in_at_once(tmp_path: Path) -> None:
    people = [{"email": f"{n}@office.example", "password": "a-long-and-uncommon-phrase"} for n in range(5 * LIMIT)]

    async def rush(port: int) -> Counter[int]:
        replies = await asyncio.gather(*(ask(port, "POST", "/session", person) for person in people))
        return Counter(reply.status for reply in replies)

    with Server(tmp_path / "data", login_attempts=f"{LIMIT}/minute") as server, Client(server.base_url) as visitor:
        for person in people:
            visitor.sign_up("Ada", **person).raise_for_status()
        assert asyncio.run(rush(server.port)) == {201: len(people)}


def test_a_flood_of_log_ins_starves_no_order(tmp_path: Path) -> None:
    with Server(tmp_path / "data", login_attempts="100000/minute") as server, Shop(server) as shop:
        ada, sku = shop.shopper(funds=100_000), shop.mug(price=100, on_hand=100)
        order = {"items": [{"sku": sku, "quantity": 1}], "payment": BALANCE}

        async def flood() -> tuple[list[Reply], list[Reply], bool]:
            guesses = [
                asyncio.ensure_future(ask(server.port, "POST", "/session", {**GUESS, "email": f"n{n}@example.com"}))
                for n in range(FLOOD)
            ]
            await asyncio.wait(guesses, return_when=asyncio.FIRST_COMPLETED)
            orders = [
                await ask(server.port, "POST", "/orders/", order, cookie=ada.cookies["session"]) for _ in range(5)
            ]
            still = not all(one.done() for one in guesses)
            return await asyncio.gather(*guesses), orders, still

        guesses, orders, still = asyncio.run(flood())

    told = Counter(reply.status for reply in guesses)
    assert told.keys() == {401, 503} and told[401] >= 256, told
    assert {(r.code, r.headers["retry-after"]) for r in guesses if r.status == 503} == {("unavailable", "1")}
    assert [reply.status for reply in orders] == [201] * 5 and still, "the orders came through while the flood went on"
    assert max(reply.seconds for reply in orders) < 2
