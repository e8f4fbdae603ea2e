"""A process that dies at any line leaves nothing lost and nothing doubled: a few deaths of each scenario.

That is every scenario, in each of its threads a death or three, at the same lines each time: in all about 250 of the
130,000 that `./run torture --only every-line` dies, and whoever clears up after each kind of remains.
"""

import pytest

from tests.torture.every_line.proof import QUICK, shares, verdict
from tests.torture.every_line.scenarios import ALL, THEMES


@pytest.mark.parametrize("theme", THEMES)
def test_whoever_dies_at_any_line_has_lost_and_doubled_nothing(theme: str):
    played = {each.scenario: each for each in shares(THEMES[theme], points=QUICK, longest=300)}

    assert list(played) == THEMES[theme]
    assert "deaths at" in verdict(list(played.values()))


def test_every_scenario_has_a_theme():
    assert sorted(name for names in THEMES.values() for name in names) == sorted(ALL)
