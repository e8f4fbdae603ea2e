"""A run without PostgreSQL says so in its last line."""

import sys

import pytest

pytest.register_assert_rewrite("adapters.conformance")

from tests.harness.postgres import MISSING  # noqa: E402

NOT_RUN = pytest.StashKey[int]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config):
    skipped = terminalreporter.stats.get("skipped", [])
    config.stash[NOT_RUN] = sum(MISSING in str(report.longrepr) for report in skipped)


def pytest_unconfigure(config: pytest.Config):
    if not_run := config.stash.get(NOT_RUN, 0):
        sys.stdout.write(f"{MISSING}, so {not_run} tests were not run\n")
