"""Who may ask at all: told before anything else is found wrong with a request."""

from __future__ import annotations

from collections.abc import Collection

from domain.errors import Forbidden, Unauthenticated
from service_layer.commands import Query
from service_layer.runner import Handler
from service_layer.unit_of_work import UnitOfWork


def admit_users(query: Query, uow: UnitOfWork) -> None:
    """Raises `Unauthenticated` for visitors."""
    with uow:
        if not uow.session.is_staff:
            uow.session.require_user()


def admit_staff(query: Query, uow: UnitOfWork) -> None:
    """Raises `Unauthenticated`, `Forbidden`."""
    with uow:
        uow.session.require_staff()


def admission_to(codes: Collection[str]) -> Handler[None] | None:
    """By what an operation may refuse with; None where it is open to anybody."""
    if Forbidden.code in codes:
        return admit_staff
    return admit_users if Unauthenticated.code in codes else None
