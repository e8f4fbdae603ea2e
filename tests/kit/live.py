"""The whole service behind a real socket, in a thread of this process, so that its adapters can be made to fail."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from dependency_injector import providers
from structlog.testing import capture_logs
from structlog.typing import EventDict

from adapters.passwords.argon2 import Argon2Passwords
from adapters.payments.memory import MemoryGateway
from adapters.publishers.memory import MemoryPublisher
from adapters.sessions.stored import StoredSessions
from adapters.system.clock import SystemClock
from entrypoints.container import built, services
from entrypoints.serve import bind
from entrypoints.settings import Settings
from entrypoints.web.app import create_app
from entrypoints.web.protocol import Protocol
from service_layer.ports.sessions import SessionStore
from service_layer.ports.store import Store
from tests.harness.server import HOST, OPS_TOKEN
from tests.kit import books
from tests.kit.faults import Faults, FaultySessions, FaultyStore


@dataclass(frozen=True, slots=True)
class Live:
    """`faults` is where a test says what shall go wrong; `kept_in` is the store beneath them, `log` what was logged."""

    port: int
    faults: Faults
    kept_in: Store
    log: list[EventDict]

    @property
    def base_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def books(self) -> books.Books:
        return books.read(self.kept_in)


@contextmanager
def serving(store: Store, data_dir: Path, sessions: SessionStore | None = None) -> Iterator[Live]:
    """Until the block ends."""
    settings = Settings(
        env="development",
        data_dir=data_dir,
        ops_token=OPS_TOKEN,
        session_secrets=("k" * 32,),
        login_attempts="99/second",
    )
    with built(settings) as container, bind(HOST, 0) as listener, capture_logs() as log:
        live = Live(listener.getsockname()[1], Faults(), store, log)
        container.store.override(providers.Object(FaultyStore(store, live.faults)))
        container.sessions.override(providers.Object(FaultySessions(sessions or StoredSessions(), live.faults)))
        container.hasher.override(providers.Object(Argon2Passwords(memory_cost=8, time_cost=1)))
        container.bare_gateway.override(providers.Object(MemoryGateway(SystemClock())))
        container.publisher.override(providers.Object(MemoryPublisher()))
        app = create_app(services(container))
        config = uvicorn.Config(app, http=Protocol, lifespan="on", ws="none", log_config=None, proxy_headers=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield live
        finally:
            live.faults.none()
            server.should_exit = True
            thread.join()
