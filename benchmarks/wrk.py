"""The load generator `wrk`, where it is installed: the same requests as the bundled one's, at less of its own cost."""

import json
import resource
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import Any

from benchmarks.load import Job, Outcome

SCRIPT = Path(__file__).with_name("wrk.lua")


@dataclass(frozen=True)
class Wrk:
    """A program; whole seconds only, and closed loops only."""

    program: str

    def put_on(self, job: Job) -> Outcome:
        """The warm-up is a run of its own."""
        warm = self.run(job, job.warmup, label="w") if job.warmup else None
        outcome = self.run(job, job.seconds, label="m")
        before = (warm.answered_in_all, warm.confirmed_in_all) if warm else (0, 0)
        return replace(
            outcome,
            answered_in_all=outcome.answered_in_all + before[0],
            confirmed_in_all=outcome.confirmed_in_all + before[1],
        )

    def run(self, job: Job, seconds: float, label: str) -> Outcome:
        with tempfile.NamedTemporaryFile("w", suffix=".job", encoding="utf-8") as file:
            file.write(listing(job, label))
            file.flush()
            threads = ["-t1", f"-c{job.connections}", f"-d{ceil(seconds)}s", "--timeout", "60s"]
            address = f"http://127.0.0.1:{job.port}"
            before = cpu_of_children()
            command = [self.program, *threads, "-s", str(SCRIPT), address, "--", file.name]
            said = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, timeout=seconds + 60).stdout
        return outcome_of(json.loads(said.rstrip().rpartition("\n")[2]), cpu_of_children() - before)


def installed_wrk() -> Wrk | None:
    program = shutil.which("wrk")
    return Wrk(program) if program else None


def listing(job: Job, label: str) -> str:
    """A line each, so that ends of lines are written out; keys of the warm-up differ by its label."""
    openings = [opening + label if job.bodies else opening for opening in job.openings]
    return "\n".join([*(opening.replace("\r\n", r"\r\n") for opening in openings), "", *job.bodies]) + "\n"


def outcome_of(said: dict[str, Any], cpu: float) -> Outcome:
    """`cpu` is the seconds that it took of the processor."""
    answered, seconds = said["answered"], said["microseconds"] / 1e6
    return Outcome(
        answered=answered,
        answered_in_all=answered,
        confirmed_in_all=answered - said["refused"],
        rate=answered / seconds,
        refused=said["refused"],
        broken=said["broken"],
        unanswered=0,
        statuses={},
        p50=said["p50"] if answered else None,
        p99=said["p99"] if answered else None,
        generator_cpu=cpu / seconds,
        generator_microseconds=cpu / max(1, answered) * 1e6,
    )


def cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
