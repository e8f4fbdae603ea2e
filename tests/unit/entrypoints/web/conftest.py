"""The whole service over HTTP, in memory and in this process."""

from collections.abc import Callable, Generator
from pathlib import Path

import pytest
import structlog
from fastapi import FastAPI
from starlette.testclient import TestClient
from structlog.typing import EventDict

from adapters.attempts.limited import Limit
from adapters.passwords.argon2 import Argon2Passwords
from adapters.passwords.common import CommonPasswords
from entrypoints.services import Services
from entrypoints.settings import Settings
from entrypoints.web.app import create_app
from service_layer.flows.identity import Identity
from service_layer.passwords import Passwords
from tests.kit.service import Customer
from tests.kit.shop import Shop

OPS_TOKEN = "the-ops-token"  # noqa: S105 (opens nothing but an app in memory)


@pytest.fixture
def app(shop: Shop, tmp_path: Path) -> FastAPI:
    """Not started; its adapters fail where `shop.faults` says so."""
    passwords = Passwords(Argon2Passwords())
    return create_app(
        Services(
            settings=Settings(env="development", data_dir=tmp_path, ops_token=OPS_TOKEN),
            runner=shop.runner,
            identity=Identity(passwords, CommonPasswords(), Limit.parse("10/minute")),
            payments=shop.payments,
            relay=shop.relay,
            ids=shop.ids,
            sessions=shop.sessions.capabilities,
            charges=None,
            ready=lambda: None,
            close=passwords.close,
        )
    )


@pytest.fixture
def logged() -> Generator[list[EventDict]]:
    """What is logged, instead of a log."""
    with structlog.testing.capture_logs() as events:
        yield events


@pytest.fixture
def browsing(app: FastAPI, shop: Shop, logged: list[EventDict]) -> Generator[Callable[[Customer | None], TestClient]]:
    """Opens a browser: somebody's, with their cookie, or nobody's. In the end nothing fails any more."""
    with TestClient(app, base_url="http://shop.example", raise_server_exceptions=False) as client:

        def browse(customer: Customer | None = None) -> TestClient:
            client.cookies.clear()
            if customer is not None:
                client.cookies.set("session", customer.browser.cookie or "")
            return client

        yield browse
        shop.faults.none()
