"""The commands that only look, or print: adapters, the doctor, the OpenAPI document, a new secret."""

from __future__ import annotations

import typer

secrets = typer.Typer(help="Signing secrets.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    for command in (adapters, doctor, openapi):
        app.command()(command)
    secrets.command("generate")(generate)
    app.add_typer(secrets, name="secrets")


def adapters() -> None:
    """List the adapters that can be chosen, where they come from, and what they can do."""
    from entrypoints.listing import adapters_found

    for line in adapters_found():
        typer.echo(line)


def doctor() -> None:
    """Check that this machine and these settings can run the service; exit with 1 where they cannot."""
    from entrypoints.doctor import examine

    well = True
    for finding in examine():
        well = well and finding.ok is not False
        typer.echo(str(finding))
    raise typer.Exit(0 if well else 1)


def openapi() -> None:
    """Print the OpenAPI document of production; no setting is needed and nothing is opened."""
    import json

    from entrypoints.document import openapi_document

    typer.echo(json.dumps(openapi_document(), indent=2))


def generate() -> None:
    """Print a new secret for LOCKSTEP_SESSION_SECRETS; put it first, and take the last one away a day later."""
    from adapters.system.ids import Uuid7Ids

    typer.echo(Uuid7Ids().secret())
