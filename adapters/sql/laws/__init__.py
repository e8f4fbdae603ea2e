"""The laws of the design as one question to the database: how many things break each of them?"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from adapters.sql.laws import money, orders, service
from adapters.sql.laws.counting import JsonText


def question(json_text: JsonText) -> Select[*tuple[Any, ...]]:
    """One row, a count for each law, as of the moment `now`, a parameter in microseconds."""
    counts = {
        "L1": money.transfers(),
        "L2": money.balances(),
        "L3": money.debts(),
        "L4": orders.stock(),
        "L5": money.paid(),
        "L6": money.returned(),
        "L7": orders.totals(),
        "L8": orders.states(),
        "L9": service.effects(),
        "L10": service.references(json_text),
        "L11": service.default_accounts(),
        "L12": service.half_done(json_text),
    }
    return select(*(sum(others, first).label(law) for law, (first, *others) in counts.items()))
