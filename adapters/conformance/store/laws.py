"""The laws of the design: kept by the store, or counted by it."""

from collections.abc import Callable

import pytest

from adapters.conformance.store.breaches import BREACHES
from adapters.conformance.store.history import History, eventful
from adapters.conformance.store.opening import OpenedStore
from adapters.conformance.store.specimens import NOON
from adapters.conformance.store.transactions import keep, transaction
from domain.errors import LawBroken
from service_layer.ports.errors import Conflict
from service_layer.ports.store import Store


class Laws(OpenedStore):
    """A history in order is clean, and each breach of it is refused or counted."""

    def test_a_history_in_order_breaks_no_law(self, store: Store) -> None:
        keep(store, eventful().written())

        assert _laws(store) == {f"L{number}": 0 for number in range(1, 13)}

    @pytest.mark.parametrize(("law", "breach"), BREACHES, ids=[f"{law}-{breach.__name__}" for law, breach in BREACHES])
    def test_a_breach_is_refused_or_counted(self, store: Store, law: str, breach: Callable[[History], None]) -> None:
        history = eventful()
        breach(history)

        try:
            keep(store, history.written())
        except (Conflict, LawBroken):
            assert _laws(store)[law] == 0
        else:
            assert _laws(store)[law] > 0


def _laws(store: Store) -> dict[str, int]:
    with transaction(store, write=False) as opened:
        return dict(opened.laws(NOON))
