"""The command line: `lockstep`. Each command imports what it needs when it runs, so that all start fast."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from domain.errors import DomainError
from entrypoints.cli import inspection, serving, upkeep
from entrypoints.trouble import CannotStart
from service_layer.ports.errors import OutcomeUnknown, Unavailable

app = typer.Typer(
    name="lockstep",
    help="An order service whose database, HTTP session and card money move together or not at all.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for commands in (serving, upkeep, inspection):
    commands.register(app)


def show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"lockstep {version('lockstep')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Say which.")
    ] = False,
) -> None:
    """What all commands have in common."""


def main() -> None:
    """The console script. What cannot start exits with 2, what failed with 1; a line on stderr says why."""
    try:
        app()
    except CannotStart as trouble:
        end(2, *trouble.lines)
    except (DomainError, Unavailable, OutcomeUnknown) as error:
        end(1, str(error))


def end(status: int, *lines: str) -> None:
    for line in lines:
        typer.echo(line, err=True)
    sys.exit(status)
