"""A server that never gets ready is not left behind."""

import sys
from pathlib import Path

import pytest

from benchmarks.postgres import free_port
from benchmarks.processes import NotReady, serve


def test_a_server_that_does_not_answer_in_time_is_stopped(tmp_path: Path):
    served = serve([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path / "log", {})

    with pytest.raises(NotReady):
        served.wait_for(free_port(), "/", seconds=0.2)

    assert served.process.returncode is not None
