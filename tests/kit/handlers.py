"""Handlers that no shop needs: each does something of everything that a unit can do, and then what a test wants."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from domain.errors import InsufficientFunds
from domain.events import PasswordChanged
from service_layer.commands import Command
from service_layer.ports.clock import Clock
from service_layer.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Redecorate(Command):
    """A new name for the user, an event, preferences for the session."""

    name: str = "Changed"
    preferences: Any = field(default_factory=lambda: {"theme": "dark"})


def redecorate(command: Redecorate, uow: UnitOfWork, clock: Clock) -> str:
    with uow:
        _change_everything(command, uow, clock)
        uow.commit()
    return command.name


def redecorate_without_commit(command: Redecorate, uow: UnitOfWork, clock: Clock) -> None:
    with uow:
        _change_everything(command, uow, clock)


def redecorate_and_refuse(command: Redecorate, uow: UnitOfWork, clock: Clock) -> None:
    with uow:
        _change_everything(command, uow, clock)
        raise InsufficientFunds


def redecorate_and_crash(command: Redecorate, uow: UnitOfWork, clock: Clock) -> None:
    with uow:
        _change_everything(command, uow, clock)
        raise ZeroDivisionError


def _change_everything(command: Redecorate, uow: UnitOfWork, clock: Clock) -> None:
    user = uow.users.get(uow.session.require_user())
    user.rename(command.name)
    uow.publish(PasswordChanged(user_id=user.id, at=clock.now()))
    uow.session.preferences = command.preferences
