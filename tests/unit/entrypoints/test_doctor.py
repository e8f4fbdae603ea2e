"""The doctor and the list of adapters, where something is odd."""

from collections.abc import Callable
from pathlib import Path

import pytest

from entrypoints.doctor import Finding, examine
from entrypoints.listing import adapters_found


@pytest.fixture(autouse=True)
def development(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOCKSTEP_ENV", "development")
    monkeypatch.setenv("LOCKSTEP_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LOCKSTEP_DATABASE_URL", "memory://")


def failures() -> list[str]:
    return [finding.what for finding in examine() if finding.ok is False]


def test_a_healthy_machine_has_no_failures() -> None:
    assert failures() == []


def test_another_distribution_with_one_of_our_names_is_found(install: Callable[..., None]) -> None:
    install("somebody", top_level="domain\n")

    (failure,) = failures()

    assert "domain" in failure and "somebody" in failure


def test_a_package_from_elsewhere_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("entrypoints.doctor.__file__", str(tmp_path / "entrypoints" / "doctor.py"))

    assert len(failures()) == 4 and all(f"not from {tmp_path}" in failure for failure in failures())


def test_a_data_directory_that_cannot_be_does_not_hide_the_rest(tmp_path: Path) -> None:
    (tmp_path / "data").touch()

    findings = list(examine())

    assert [finding.what.split()[0] for finding in findings if finding.ok is False] == ["LOCKSTEP_DATA_DIR"] * 2
    assert Finding(True, "publisher, by log") in findings


def test_a_session_store_that_needs_more_than_its_name_is_listed_all_the_same(install: Callable[..., None]) -> None:
    code = "def sessions(url, surroundings): raise ValueError('no drawer')"
    install("lockstep_paper", code, entry_points="[lockstep.sessions]\npaper = lockstep_paper:sessions\n")

    lines = list(adapters_found())

    place = next(number for number, line in enumerate(lines) if "of lockstep_paper 1.0" in line)
    assert lines[place + 1].strip() == "cannot say without its URL: ValueError"


def test_one_whose_package_is_missing_says_which(install: Callable[..., None]) -> None:
    code = "def sessions(url, surroundings): import nowhere_to_be_found"
    install("lockstep_paper", code, entry_points="[lockstep.sessions]\npaper = lockstep_paper:sessions\n")

    assert any(line.strip() == "cannot say without the package nowhere_to_be_found" for line in adapters_found())
