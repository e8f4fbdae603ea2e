"""One server for all tests that leave it as they found it; each test has people and products of its own."""

from collections.abc import Iterator

import pytest

from tests.harness.client import Shopper
from tests.harness.seeding import SECRET
from tests.harness.server import OPS_TOKEN, Server, lockstep
from tests.harness.shop import Shop


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Stopped in the end, and that must go well: exit status 0, and nothing that crashed in its log."""
    server = Server(tmp_path_factory.mktemp("lockstep"))
    with server:
        yield server
        assert server.stop() == 0
    assert "Traceback" not in server.log.read_text(), server.tail()


@pytest.fixture
def shop(server: Server) -> Iterator[Shop]:
    with Shop(server) as shop:
        yield shop


@pytest.fixture(scope="session")
def in_production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """As it is installed, with the sandbox for a gateway."""
    data_dir, settings = tmp_path_factory.mktemp("in-production"), {"session_secrets": SECRET, "ops_token": OPS_TOKEN}
    chosen: dict[str, str | None] = {**settings, "env": None, "payment_gateway": "sandbox"}
    assert lockstep("migrate", data_dir=data_dir, **chosen).returncode == 0
    with Server(data_dir, **chosen) as server:
        yield server
        assert server.stop() == 0


@pytest.fixture(scope="session")
def regular(server: Server) -> Iterator[Shopper]:
    """A customer shared by all tests that must leave them as they were."""
    with Shopper(server.base_url, name="Rosa", funds=5000) as regular:
        yield regular
