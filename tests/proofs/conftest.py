"""A PostgreSQL for the proofs that need one; a run without says so in its last line."""

import os

import pytest

from tests.harness.postgres import PostgresMissing, server_url


@pytest.fixture(scope="session")
def postgres() -> str:
    """The URL of a server's maintenance database."""
    try:
        return server_url()
    except PostgresMissing as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))
