"""The commands that keep a shop in order: its schema, its outbox, stalled payments, laws, sessions, staff."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from domain.users import Email
    from entrypoints.operator import Operator

sessions = typer.Typer(help="Sessions of visitors.", no_args_is_help=True)
users = typer.Typer(help="People.", no_args_is_help=True)

Once = Annotated[bool, typer.Option("--once", help="End when nothing is due.")]
EmailOfUser = Annotated[str, typer.Argument(metavar="EMAIL", help="The address the user signed up with.")]


def register(app: typer.Typer) -> None:
    for command in (migrate, relay, reconcile, invariants, demo_data):
        app.command()(command)
    sessions.command("clear-expired")(clear_expired)
    users.command("grant-staff")(grant_staff)
    users.command("disable")(disable)
    users.command("enable")(enable)
    app.add_typer(sessions, name="sessions")
    app.add_typer(users, name="users")


def migrate() -> None:
    """Bring the database's schema up to date."""
    from entrypoints.operator import migrate
    from entrypoints.settings import load_settings

    migrate(load_settings())
    typer.echo("the database is up to date")


def relay(once: Once = False) -> None:
    """Deliver what is in the outbox: captures, voids and refunds to the gateway, events to the world."""
    from entrypoints.operator import Operator, as_operator
    from entrypoints.settings import load_settings

    if once:
        typer.echo(f"{as_operator(load_settings(), Operator.deliver)} delivered")
    else:
        as_operator(load_settings(), Operator.keep_delivering)


def reconcile() -> None:
    """Drive on every payment that nobody drives any more, and list those that wait for a person."""
    from entrypoints.operator import as_operator
    from entrypoints.settings import load_settings

    async def recover(operator: Operator) -> None:
        done = await operator.recover()
        typer.echo(f"{done.resolved} resolved, {done.still_pending} still pending")
        for review in await operator.reviews():
            what = f"order {review.order_id}" if review.order_id else f"account {review.account_id}"
            typer.echo(f"review: payment {review.payment_id} of {review.amount} for {what}, since {review.created_at}")

    as_operator(load_settings(), recover)


def invariants() -> None:
    """Count in the database how often each law is violated; exit with 1 where one is."""
    from entrypoints.operator import Operator, as_operator
    from entrypoints.settings import load_settings

    laws = as_operator(load_settings(), Operator.count_laws)
    for law in laws:
        typer.echo(f"{law.law:4}{'holds' if law.ok else f'violated: {law.violations}'}")
    raise typer.Exit(0 if all(law.ok for law in laws) else 1)


def clear_expired() -> None:
    """Clear away sessions and idempotency keys that have ended by themselves."""
    from entrypoints.operator import Operator, as_operator
    from entrypoints.settings import load_settings

    typer.echo(f"{as_operator(load_settings(), Operator.clear_expired)} cleared")


def grant_staff(email: EmailOfUser) -> None:
    """Give a user the role `staff`, from the next log-in on; their sessions end."""
    _with_user(email, lambda operator, user: operator.grant_staff(user))
    typer.echo(f"{email} is staff, from the next log-in on")


def disable(email: EmailOfUser) -> None:
    """End every session of a user, and let nobody log in as them."""
    _with_user(email, lambda operator, user: operator.disable(user))
    typer.echo(f"{email} is disabled")


def enable(email: EmailOfUser) -> None:
    """Let a user log in again."""
    _with_user(email, lambda operator, user: operator.enable(user))
    typer.echo(f"{email} may log in")


def demo_data() -> None:
    """Load the demo shop; what is there already stays as it is. For development only."""
    from entrypoints.demo import load_demo, require_development
    from entrypoints.operator import as_operator
    from entrypoints.settings import load_settings

    settings = load_settings()
    require_development(settings)
    as_operator(settings, load_demo)
    typer.echo("the demo shop is there")


def _with_user(email: str, work: Callable[[Operator, Email], Awaitable[None]]) -> None:
    from domain.users import Email
    from entrypoints.operator import as_operator
    from entrypoints.settings import load_settings

    try:
        user = Email(email)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    as_operator(load_settings(), lambda operator: work(operator, user))
