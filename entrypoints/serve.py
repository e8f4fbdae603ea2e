"""The server: a socket that is bound first, and one process or several behind it, until SIGTERM."""

from __future__ import annotations

import asyncio
import errno
import gc
import math
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any, Final, cast

import uvicorn
from fastapi import FastAPI

from entrypoints import logs
from entrypoints.container import built, services
from entrypoints.door import Door, Share
from entrypoints.farewell import LET_IN, hear_out, turn_away
from entrypoints.plugins import scheme_of
from entrypoints.readiness import Readiness
from entrypoints.settings import Settings
from entrypoints.signals import end_at_signals, end_if_told
from entrypoints.trouble import CannotStart
from entrypoints.web.app import create_app
from entrypoints.web.protocol import Protocol

BACKLOG: Final = 2048
FAREWELL: Final = 10  # seconds for what is not a request: the last round of the relay, the database
KEEP_ALIVE: Final = 75  # seconds: longer than the balancer before it, so that it is never us who hang up first


class Server(uvicorn.Server):
    """Uvicorn, which says that it is going before it goes, hears everybody out, and keeps what is for ever from the gc.

    `share` where other processes listen on the same socket.
    """

    def __init__(self, config: uvicorn.Config, readiness: Readiness, share: Share | None = None) -> None:
        super().__init__(config)
        self._readiness = readiness
        self._share = share
        self._doors: list[Door] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        end_if_told()  # whatever comes from here on, `handle_exit` hears
        await super().startup([] if self._share else sockets)
        if self._share:
            self._doors = [Door(listener, self._protocol, self._share) for listener in sockets or ()]
            self.servers += cast("list[Any]", self._doors)
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)

    def _protocol(self) -> Protocol:
        """For one connection, as uvicorn makes it."""
        protocol = Protocol(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)
        if self._share:
            protocol.when_lost = self._share.went
        return protocol

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if not self._share:
            for listener in sockets or ():
                turn_away(listener)
        await asyncio.sleep(LET_IN)
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        for door in self._doors:
            await door.all_in()
        await hear_out(lambda: self.server_state.connections)
        await super().shutdown()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._readiness.drain()
        super().handle_exit(sig, frame)


def bind(host: str, port: int) -> socket.socket:
    """Already listening: who comes before the start is over, waits. Raises `CannotStart`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        reason = "is taken: choose another with --port" if taken else f"cannot be listened on: {error.strerror}"
        raise CannotStart(f"port {port} of {host} {reason}") from None


def address_of(listener: socket.socket) -> str:
    host, port, *_ = listener.getsockname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(settings: Settings, listener: socket.socket, announce: Callable[[str], None], workers: int = 1) -> None:
    """Returns after SIGTERM or SIGINT, with everything finished that was accepted. Raises `CannotStart`."""
    logs.set_up(readable=settings.development)
    end_at_signals()
    if workers == 1:
        work(settings, listener, lambda: announce(f"listening on {address_of(listener)}"))
        return
    from entrypoints.workers import supervise  # here, since most start only one

    refuse_to_split(settings)
    look_once(settings)
    announce(f"listening on {address_of(listener)}, with {workers} workers")
    supervise(workers, listener, grace=grace(settings) + FAREWELL)


def work(settings: Settings, listener: socket.socket, ready: Callable[[], None], share: Share | None = None) -> None:
    """All of it, or one process's `share`. Raises `CannotStart`."""
    with built(settings) as container, container.readiness() as readiness:
        app = create_app(services(container))
        ready()
        Server(_configured(app, settings), readiness, share).run(sockets=[listener])


def look_once(settings: Settings) -> None:
    """Before there are several of us: what will not do for one will not do for any. Raises `CannotStart`."""
    with built(settings) as container:
        container.readiness().look()


def refuse_to_split(settings: Settings) -> None:
    """Raises `CannotStart` where the workers would each have a world of their own."""
    for variable, url in (("DATABASE_URL", settings.database_url), ("SESSION_STORE", settings.session_store)):
        if scheme_of(url) == "memory":
            raise CannotStart(f"LOCKSTEP_{variable} is in memory, which several workers cannot share: serve with one")


def grace(settings: Settings) -> int:
    """Seconds that requests have to end once we were told to."""
    return math.ceil(settings.request_deadline_seconds) + 1


def _configured(app: FastAPI, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Protocol,
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # `Proxies` reads them
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=grace(settings),
    )
