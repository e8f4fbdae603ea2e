"""The database goes away under load: 503s meanwhile, nobody logged out, no restart, nothing lost."""

import io

from tests.torture.outage.proof import run
from tests.torture.report import Report


def test_a_database_that_is_cut_off_or_mute_is_an_outage_and_nothing_worse(postgres: str):
    assert "all served again" in run(Report("outage", io.StringIO()), quick=True)
