"""Applies each mutant in a copy of its own, and looks whether its proof notices."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.torture.mutants import ALL, Mutant
from tests.torture.report import Report, say, table

ROOT: Final = Path(__file__).resolve().parents[2]
COPIED: Final = ("domain", "service_layer", "adapters", "entrypoints", "tests", "pyproject.toml")
LONGEST: Final = 300.0  # seconds for one proof
ALL_PASSED, SOME_FAILED = 0, 1  # what pytest exits with; anything else is trouble of its own


class Unusable(Exception):
    """A mutant, or its proof, is no longer what it was written for."""


def run_all(only: Sequence[str] | None = None) -> int:
    """0 where every mutant is caught by its proof, and by nothing but the mutation."""
    mutants = [mutant for mutant in ALL if only is None or mutant.name in only]
    report = Report("mutants")
    proofs = sorted({mutant.proof for mutant in mutants})
    report.progress(f"{len(proofs)} proofs without a mutant")
    rows, caught = list[tuple[str, str, str]](), 0
    if trouble := _trouble_unmutated(proofs):
        say(trouble, sys.stderr)
        return 1
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        for mutant, (verdict, seconds) in zip(mutants, threads.map(_try, mutants), strict=True):
            caught += verdict == mutant.proof
            rows.append((mutant.name, verdict, f"{seconds:.0f}"))
            report.progress(f"{len(rows)} of {len(mutants)} tried")
    report.end(f"{caught} of {len(mutants)} caught")
    say(f"\n{table(('mutant', 'caught by', 'seconds'), *rows)}")
    return int(caught < len(mutants))


def mutated(mutant: Mutant, source: str) -> str:
    """Raises `Unusable` where the text is not there exactly once."""
    if source.count(mutant.text) != 1:
        raise Unusable(f"{mutant.name}: its text is {source.count(mutant.text)} times in {mutant.file}")
    return source.replace(mutant.text, mutant.replacement)


def _trouble_unmutated(proofs: Iterable[str]) -> str:
    """What the proofs say of the service as it is: nothing, or else they would catch everything."""
    with TemporaryDirectory() as folder:
        done = _pytest(_copy(Path(folder)), *proofs)
    return "" if done.returncode == ALL_PASSED else f"without any mutant:\n{done.stdout}"


def _try(mutant: Mutant) -> tuple[str, float]:
    """By which proof it is caught, or why not; and how many seconds that took."""
    began = time.monotonic()
    with TemporaryDirectory() as folder:
        tree = _copy(Path(folder))
        victim = tree / mutant.file
        try:
            victim.write_text(mutated(mutant, victim.read_text()))
            done = _pytest(tree, mutant.proof)
        except (Unusable, OSError) as error:
            return f"UNUSABLE: {error}", time.monotonic() - began
        except subprocess.TimeoutExpired:
            return f"NOT CAUGHT in {LONGEST:.0f} s", time.monotonic() - began
    return _verdict(mutant, done), time.monotonic() - began


def _verdict(mutant: Mutant, done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode == SOME_FAILED:
        return mutant.proof
    last = (done.stdout + done.stderr).strip().splitlines()[-1:]
    return f"{'NOT CAUGHT' if done.returncode == ALL_PASSED else 'UNUSABLE'}: {' '.join(last)}"


def _copy(folder: Path) -> Path:
    """The tree, without compiled files: those of a mutated source could be taken for those of the original."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


def _pytest(tree: Path, *proofs: str) -> subprocess.CompletedProcess[str]:
    """In the tree, whose packages are found before the installed ones."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *proofs]
    return subprocess.run(
        command, cwd=tree, env={**os.environ, "PYTHONPATH": str(tree)}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=LONGEST * (len(proofs) + 1), check=False,
    )  # fmt: skip
