"""Every command in any order, while any call to a port may fail: rows and session are both old or both new."""

import pytest

from tests.torture.state_machine.proof import QUICK, STEPS, play


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_rows_and_session_are_both_old_or_both_new(store: str):
    assert _steps(store) > STEPS


def test_rows_and_session_are_both_old_or_both_new_on_postgres(postgres: str):
    assert _steps("postgres") > STEPS


def _steps(store: str) -> int:
    steps: list[int] = []
    play(store, runs=QUICK[store], told=steps.append)
    return sum(steps)
