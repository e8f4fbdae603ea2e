"""The commands that serve: `serve`, and `demo`, which is all that `./run` starts."""

from __future__ import annotations

from typing import Annotated

import typer

HOST = "127.0.0.1"
PORT = 8000

Host = Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 is every one of this machine.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes a free one.")]
Workers = Annotated[int, typer.Option(min=1, max=64, help="How many processes share the port.")]


def register(app: typer.Typer) -> None:
    app.command()(serve)
    app.command()(demo)


def serve(host: Host = HOST, port: Port = PORT, workers: Workers = 1) -> None:
    """Serve over HTTP until SIGTERM."""
    from entrypoints.settings import load_settings

    settings = load_settings()
    from entrypoints import serve  # past the settings, since it takes time to load

    serve.serve(settings, serve.bind(host, port), typer.echo, workers)


def demo(host: Host = HOST, port: Port = PORT) -> None:
    """Migrate, load the demo shop, and serve it. For development only: its people have public passwords."""
    from entrypoints.demo import run

    run(host, port, typer.echo)
