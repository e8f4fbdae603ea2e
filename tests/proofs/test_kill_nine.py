"""Workers are killed at any moment, and whatever was acknowledged is there, once."""

from pathlib import Path

from tests.harness.postgres import fresh_database
from tests.torture.kill9.proof import QUICK, storm


def test_killed_workers_lose_and_double_nothing_on_sqlite(tmp_path: Path):
    assert storm(tmp_path / "data", None, QUICK).kills >= QUICK


def test_killed_workers_lose_and_double_nothing_on_postgresql(tmp_path: Path, postgres: str):
    with fresh_database() as url:
        assert storm(tmp_path / "data", url, QUICK).kills >= QUICK
