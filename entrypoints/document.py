"""The OpenAPI document, made without a database, a gateway or a setting."""

from __future__ import annotations

from typing import Any, Final

from dependency_injector import providers

from adapters.memory.store import MemoryStore
from adapters.payments.memory import MemoryGateway
from adapters.system.clock import SystemClock
from entrypoints.container import Container, services
from entrypoints.settings import SHORTEST_SECRET, Settings
from entrypoints.web.app import create_app

NOBODYS: Final = "-" * SHORTEST_SECRET  # signs nothing


def openapi_document() -> dict[str, Any]:
    """As production would serve it with the sandbox gateway."""
    settings = Settings.model_construct(env="production", session_secrets=(NOBODYS,), payment_gateway="sandbox")
    container = Container(
        settings=settings,
        store=providers.Object(MemoryStore()),
        bare_gateway=providers.Object(MemoryGateway(SystemClock())),
    )
    try:
        return create_app(services(container)).openapi()
    finally:
        container.opened().close()
