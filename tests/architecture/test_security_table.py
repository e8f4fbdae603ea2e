"""docs/security.md: a row for every requirement, and a test that exists for every row."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "docs" / "security.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| V([0-9.]+) [^|]*\|[^|]*\|([^|]*)\|$", TABLE, re.MULTILINE))
SOURCES = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
TESTS = {name for text in SOURCES for name in re.findall(r"def (test_\w+)\(", text)}
SECTIONS = {  # how many requirements each has in version 5.0.0
    "2.3": 4, "3.3": 5, "3.5": 8, "6.2": 12, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 3, "7.6": 2,
    "16.2": 5, "16.3": 4, "16.5": 4,
}  # fmt: skip
ASKED = {f"{section}.{n}" for section, count in SECTIONS.items() for n in range(1, count + 1)} | {
    "6.3.1", "6.3.2", "6.3.8",
}  # fmt: skip


def named(row: str) -> list[str]:
    return re.findall(r"`(test_\w+)`", ROWS[row])


def test_every_requirement_has_a_row() -> None:
    assert set(ROWS) == ASKED


def test_every_row_names_tests_that_exist() -> None:
    assert {row: name for row in ROWS for name in named(row) or ["none"] if name not in TESTS} == {}


def test_every_requirement_that_has_tests_of_its_name_names_them() -> None:
    """A test called after a requirement, and in no row, would be forgotten."""
    after = {name for name in TESTS if re.match(r"test_v\d", name)}

    assert after - {name for row in ROWS for name in named(row)} == set()
