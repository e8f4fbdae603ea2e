"""What is measured: the issue's cases, each a kind of request at a number of connections."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["balance", "card", "read-order", "read-products"]


@dataclass(frozen=True, kw_only=True)
class Case:
    """`rate` is offered whatever the answers; `hot` has everybody buy one product."""

    name: str
    title: str
    kind: Kind
    connections: int
    hot: bool = False
    rate: float | None = None


CASES = [
    *(
        Case(
            name=f"balance-{n}",
            title=f"balance order, {n} connection{'s' if n > 1 else ''}",
            kind="balance",
            connections=n,
        )
        for n in (1, 8, 32, 128)
    ),
    Case(name="hot-32", title="one hot product, 32 connections", kind="balance", connections=32, hot=True),
    Case(name="card-32", title="card order, 32 connections", kind="card", connections=32),
    Case(name="read-order-32", title="GET /orders/{id}, 32 connections", kind="read-order", connections=32),
    Case(name="read-products-32", title="GET /products/, 32 connections", kind="read-products", connections=32),
    Case(name="offered-64", title="1,000 orders/s offered, 64 connections", kind="balance", connections=64, rate=1_000),
]

BUSY = next(case for case in CASES if case.name == "balance-32")
"""What the others are compared with."""

STUDIES = ("collapse", "handlers", "memory", "growth")
"""What is looked at once, after the rounds."""


def chosen(only: str | None) -> tuple[list[Case], set[str]]:
    """The cases and studies whose names start with one of the comma-separated `only`; all without it.

    Raises `ValueError` at an unknown one.
    """
    wanted = picked([*(case.name for case in CASES), *STUDIES], only)
    return [case for case in CASES if case.name in wanted], wanted.intersection(STUDIES)


def picked(names: list[str], only: str | None) -> set[str]:
    """The names that start with a part of `only`. Raises `ValueError` at a part that none starts with."""
    parts = [part.strip() for part in only.split(",")] if only else [""]
    for part in parts:
        if not any(name.startswith(part) for name in names):
            raise ValueError(f"nothing is called {part}: there are {', '.join(names)}")
    return {name for name in names if name.startswith(tuple(parts))}
