"""The wire to PostgreSQL is cut around COMMIT: nothing doubled, no failure that was none, nothing lost."""

import io

from tests.torture.cut_wire.proof import run
from tests.torture.report import Report


def test_whenever_the_wire_is_cut_every_order_is_placed_once_and_everybody_told_the_truth(postgres: str):
    assert "0 doubled" in run(Report("cut wire", io.StringIO()), quick=True)
