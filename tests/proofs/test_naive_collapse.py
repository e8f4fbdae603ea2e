"""Why the service hands its connections out as it does: the textbook way stops once more ask than its pool holds."""

from pathlib import Path

from benchmarks.collapse import POOL, naive_collapse


def test_the_naive_service_stops_for_good_once_more_ask_at_once_than_its_pool_holds(tmp_path: Path):
    fallen = naive_collapse(tmp_path, connections=POOL + 1, seconds=2)

    assert fallen.crowd.unanswered == POOL + 1
    assert not fallen.answers_afterwards


def test_the_naive_service_serves_as_many_as_its_pool_holds(tmp_path: Path):
    standing = naive_collapse(tmp_path, connections=POOL, seconds=2)

    assert standing.crowd.answered_in_all > POOL
    assert standing.answers_afterwards
