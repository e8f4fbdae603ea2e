"""A server as it runs in production: the cookie of a secure site, no staff without a token, no schema by itself."""

from collections.abc import Iterator

import pytest

from tests.harness.client import Client, eur, unique
from tests.harness.crowd import eventually
from tests.harness.problems import assert_problem
from tests.harness.server import Server, lockstep

SETTINGS: dict[str, str | None] = {
    "env": None,  # production is what one gets without saying so
    "ops_token": None,
    "session_secrets": "0123456789abcdef0123456789abcdef",
    "payment_gateway": "sandbox",
}
PASSWORD = "a-long-and-uncommon-phrase"  # noqa: S105


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data_dir = tmp_path_factory.mktemp("production")
    assert lockstep("migrate", data_dir=data_dir, **SETTINGS).returncode == 0
    with Server(data_dir, **SETTINGS) as server:
        yield server
        assert server.stop() == 0


@pytest.fixture
def visitor(production: Server) -> Iterator[Client]:
    with Client(production.base_url) as visitor:
        yield visitor


def log_in(visitor: Client) -> str:
    """The Set-Cookie header of a fresh log-in."""
    email = f"{unique('ada')}@example.com"
    visitor.sign_up("Ada", email, PASSWORD).raise_for_status()
    (cookie,) = visitor.log_in(email, PASSWORD).raise_for_status().headers.get_list("set-cookie")
    return str(cookie)


def test_the_cookie_is_bound_to_a_secure_host(visitor: Client) -> None:
    value, *attributes = (part.strip() for part in log_in(visitor).split(";"))

    assert value.startswith("__Host-session=")
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= {attribute.lower() for attribute in attributes}
    assert not any(attribute.lower().startswith("domain") for attribute in attributes)


def test_the_cookie_works_and_its_deletion_keeps_the_rules(visitor: Client) -> None:
    mine = {"Cookie": log_in(visitor).partition(";")[0]}

    assert visitor.get("/session", headers=mine).json()["authenticated"] is True
    (deletion,) = visitor.delete("/session", headers=mine).headers.get_list("set-cookie")

    assert deletion.startswith("__Host-session=") and "secure" in deletion.lower()
    assert visitor.get("/session", headers=mine).json()["authenticated"] is False


def test_the_name_without_its_prefix_is_nobodys(visitor: Client) -> None:
    value = log_in(visitor).partition(";")[0].partition("=")[2]

    answer = visitor.get("/session", headers={"Cookie": f"session={value}"})

    assert answer.json()["authenticated"] is False


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer None", "Bearer null", "Bearer any"])
def test_no_token_set_means_no_bearer_access(visitor: Client, authorization: str) -> None:
    nobody = {"Authorization": authorization}
    product = {"sku": "mug", "name": "Mug", "price": eur(1200), "on_hand": 1}

    assert_problem(visitor.get("/ops/invariants", headers=nobody), 401, "unauthenticated")
    assert_problem(visitor.post("/ops/reconcile", headers=nobody), 401, "unauthenticated")
    assert_problem(visitor.post("/products/", json=product, headers=nobody), 401, "unauthenticated")

    assert visitor.get("/products/").json()["data"] == []


def test_without_its_schema_a_server_lives_but_is_not_ready(tmp_path_factory: pytest.TempPathFactory) -> None:
    server = Server(tmp_path_factory.mktemp("unmigrated"), **SETTINGS)
    server.launch()
    try:
        server.wait_for("/livez")
        with Client(server.base_url) as visitor:
            assert "migrate" in assert_problem(visitor.get("/readyz"), 503, "unavailable")["detail"]
            assert_problem(visitor.get("/products/"), 503, "unavailable")
            assert lockstep("migrate", data_dir=server.data_dir, **SETTINGS).returncode == 0
            assert eventually(lambda: visitor.get("/readyz").status_code == 200)
    finally:
        assert server.stop() == 0
