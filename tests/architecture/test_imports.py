"""Who may know whom: checked by import-linter, and by importing the core where nothing else is installed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = ("domain", "service_layer")

IMPORT_ALL_OF_IT = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
package = importlib.import_module(sys.argv[2])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
    print(module.name)
assert not any("site-packages" in path for path in sys.path), sys.path
"""
LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True, no_logo=True))"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def sources(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def imports_of(path: Path) -> set[str]:
    """The full names of all modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def outermost(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports_of(path)}


@pytest.mark.parametrize("package", CORE)
def test_the_core_can_be_imported_where_only_python_is_installed(package: str):
    """`-I` leaves out the environment and the current directory, `-S` whatever was installed."""
    result = run("-I", "-S", "-c", IMPORT_ALL_OF_IT, str(ROOT), package)

    assert result.returncode == 0, result.stderr
    assert len(result.stdout.split()) == len(sources(package)) - 1


def test_the_contracts_of_import_linter_are_kept():
    result = run("-c", LINT)

    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout


@pytest.mark.parametrize(
    ("package", "allowed"), [("domain", {"domain"}), ("service_layer", {"domain", "service_layer"})]
)
def test_the_core_needs_itself_and_the_standard_library(package: str, allowed: set[str]):
    known = sys.stdlib_module_names | allowed

    assert {str(path): strange for path in sources(package) if (strange := outermost(path) - known)} == {}


def test_the_domain_reads_no_clock_and_rolls_no_dice():
    """Time, identity and randomness are passed in."""
    outside = {"asyncio", "os", "random", "secrets", "socket", "sys", "threading", "time", "uuid"}

    assert {str(path): found for path in sources("domain") if (found := outermost(path) & outside)} == {}
    assert [str(path) for path in sources("domain", "service_layer/handlers") if ".now(UTC" in path.read_text()] == []


def test_handlers_know_no_event_loop():
    paths = [*sources("service_layer/handlers"), ROOT / "service_layer/unit_of_work.py"]

    assert [str(path) for path in paths if outermost(path) & {"asyncio", "concurrent", "threading"}] == []
    assert [str(path) for path in paths if "async def" in path.read_text("utf-8")] == []


def test_nothing_is_wired_into_other_modules():
    """`container.wire()` and `@inject` are process-global; the container hangs on `app.state`."""
    paths = sources("domain", "service_layer", "adapters", "entrypoints")

    assert [str(path) for path in paths if "dependency_injector.wiring" in imports_of(path)] == []
    assert [str(path) for path in paths if ".wire(" in path.read_text("utf-8")] == []


def test_tests_use_real_adapters_and_no_mocks():
    paths = [path for path in sources("tests") if imports_of(path) & {"mock", "unittest.mock", "pytest_mock"}]

    assert [str(path) for path in paths] == []
