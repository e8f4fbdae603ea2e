"""A process that dies at any line leaves nothing lost and nothing doubled: a few deaths of each scenario."""

import pytest

from tests.torture.every_line.proof import QUICK, shares, turn, verdict
from tests.torture.every_line.scenarios import ALL, THEMES


@pytest.mark.parametrize("theme", THEMES)
def test_whoever_dies_at_any_line_has_lost_and_doubled_nothing(theme: str):
    played = {each.scenario: each for each in shares(THEMES[theme], points=QUICK, turn=turn(), longest=300)}

    assert list(played) == THEMES[theme]
    assert "deaths at" in verdict(list(played.values()))


def test_every_scenario_has_a_theme():
    assert sorted(name for names in THEMES.values() for name in names) == sorted(ALL)
