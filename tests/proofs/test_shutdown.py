"""SIGTERM under load: whoever was let in is answered, and whatever was acknowledged is there."""

import pytest

from tests.torture.shutdown.proof import rolling_restart, stop_under_load


@pytest.mark.parametrize("workers", [1, 2])
def test_whoever_was_let_in_is_answered_before_the_server_goes(workers: int):
    assert stop_under_load(workers)["201"]


def test_a_rolling_restart_behind_a_balancer_loses_no_request():
    assert rolling_restart(1)
