"""Sessions in Redis, over HTTP, with two workers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis import Redis

from adapters.sessions.redis.copies import PREFIX
from tests.harness.crowd import eventually
from tests.harness.problems import assert_problem
from tests.harness.server import Server, lockstep
from tests.harness.shop import Shop
from tests.harness.tcp_proxy import TcpProxy


@pytest.fixture
def redis_shop(tmp_path: Path, redis_url: str, redis_wire: TcpProxy) -> Iterator[Shop]:
    parts = urlsplit(redis_url)
    url = parts._replace(netloc=f"{parts.hostname}:{redis_wire.port}").geturl()
    with Server(tmp_path / "data", "--workers", "2", session_store=url) as server, Shop(server) as shop:
        yield shop
        assert server.stop() == 0
        assert "Traceback" not in server.log.read_text(), server.tail()


def test_log_in_order_and_log_out(redis_shop: Shop, redis_url: str) -> None:
    ada, sku = redis_shop.shopper(), redis_shop.mug()
    with Redis.from_url(redis_url, decode_responses=True) as redis:
        places = list(redis.scan_iter(f"{PREFIX}*"))
        assert len(places) == 1 and ada.cookies["session"].partition(".")[0] not in str(places)

    answer = ada.order(sku)
    assert answer.status_code == 201
    assert all(ada.session()["last_order_id"] == answer.json()["id"] for _ in range(10))

    with ada.twin() as thief:
        assert thief.session()["authenticated"] is True
        assert ada.delete("/session").status_code == 204
        assert not any(thief.session()["authenticated"] for _ in range(10))
    assert redis_shop.staff.get("/ops/invariants").json()["ok"] is True


def test_an_outage_of_redis_logs_nobody_out(redis_shop: Shop, redis_wire: TcpProxy) -> None:
    ada, sku = redis_shop.shopper(), redis_shop.mug()
    redis_wire.close()

    order = ada.order(sku)
    assert order.status_code == 201 and ada.session()["last_order_id"] == order.json()["id"]
    assert redis_shop.shopper("Bob").session()["authenticated"] is True
    assert_problem(ada.delete("/session"), 503, "outcome-unknown")
    assert ada.session()["authenticated"] is False

    redis_wire.open()
    assert eventually(lambda: redis_shop.shopper("Eve").delete("/session").status_code == 204)


def test_what_cannot_be_a_redis_is_refused_at_the_start(tmp_path: Path) -> None:
    ended = lockstep("doctor", data_dir=tmp_path, session_store="redis://127.0.0.1:port/0")

    assert ended.returncode != 0 and "LOCKSTEP_SESSION_STORE cannot be used" in ended.stdout
    assert "Traceback" not in ended.stderr + ended.stdout


def test_what_redis_does_not_guarantee_is_said(tmp_path: Path, redis_url: str) -> None:
    told = lockstep("doctor", data_dir=tmp_path, session_store=redis_url)

    assert "sessions, by redis: atomic, revocable, listable" in told.stdout
    assert "sessions, by redis: Whoever ends a session, and Redis has not confirmed it" in told.stdout
