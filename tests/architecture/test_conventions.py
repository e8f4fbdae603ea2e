"""What every file has in common: a sentence on what it is for, a name that says so, nothing left to do."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("domain", "service_layer", "adapters", "entrypoints", "tests", "benchmarks", "examples")
PEERS = ROOT / "benchmarks" / "peers"  # written as their own documentation would have it

SOURCES = {
    str(path.relative_to(ROOT)): text
    for package in OURS
    for path in sorted((ROOT / package).rglob("*.py"))
    if PEERS not in path.parents and (text := path.read_text("utf-8")).strip()
}
NAMELESS = re.compile(r"(^|_)(utils?|helpers?|managers?|base)$")
LEFT_TO_DO = re.compile(r"\b(TO" + r"DO|FIX" + r"ME)\b")
OF_A_MACHINE = re.compile(r"[\"' ](/home/|/Users/|C:\\|" + re.escape(f"{ROOT}/") + ")")
UNEXPLAINED = re.compile(r"pragma: no (cover|branch)\s*$", re.MULTILINE)
SKIPPED = re.compile(r"pytest\.mark\.(skip|skipif|xfail)\b")


def files_with(pattern: re.Pattern[str], within: str = "") -> list[str]:
    return [name for name, text in SOURCES.items() if name.startswith(within) and pattern.search(text)]


def test_there_is_something_to_look_at():
    assert len(SOURCES) > 100 and SOURCES.keys() >= {"domain/money.py", "tests/architecture/test_conventions.py"}


def test_a_file_says_what_it_is_for():
    assert [name for name, text in SOURCES.items() if not ast.get_docstring(ast.parse(text))] == []


def test_a_module_is_named_for_what_it_does():
    assert [name for name in SOURCES for part in Path(name).with_suffix("").parts if NAMELESS.search(part)] == []


def test_nothing_is_left_to_do():
    assert files_with(LEFT_TO_DO) == []


def test_no_file_knows_the_machine_it_was_written_on():
    assert files_with(OF_A_MACHINE) == []


def test_coverage_is_never_switched_off_without_a_word():
    assert files_with(UNEXPLAINED) == []


def test_no_test_of_the_core_is_passed_over():
    assert (
        files_with(SKIPPED, within="tests/unit/domain") + files_with(SKIPPED, within="tests/unit/service_layer") == []
    )
