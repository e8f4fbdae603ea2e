"""The same requests through `wrk`, whose script reads them line by line."""

from benchmarks.load import Job
from benchmarks.wrk import listing, outcome_of

SAID = {"answered": 1_000, "refused": 10, "broken": 1, "microseconds": 2_000_000, "p50": 1.5, "p99": 4.0}


def test_requests_are_written_a_line_each_and_the_warm_up_has_keys_of_its_own():
    job = Job(port=1, connections=1, seconds=1, openings=['POST /\r\nIdempotency-Key: "x-'], bodies=["{}", "[]"])

    assert listing(job, "w") == 'POST /\\r\\nIdempotency-Key: "x-w\n\n{}\n[]\n'


def test_requests_without_a_body_are_sent_as_they_are():
    assert listing(Job(port=1, connections=1, seconds=1, openings=["GET /\r\n\r\n"]), "w") == "GET /\\r\\n\\r\\n\n\n"


def test_what_it_reports_is_read_as_the_bundled_generators_outcome():
    outcome = outcome_of(SAID, cpu=0.5)

    assert (outcome.rate, outcome.confirmed_in_all, outcome.generator_cpu) == (500, 990, 0.25)
    assert (outcome.generator_microseconds, outcome.p99) == (500, 4.0)


def test_nobody_answered_is_no_time_to_answer():
    outcome = outcome_of({**SAID, "answered": 0, "refused": 0}, cpu=0)

    assert (outcome.rate, outcome.p50, outcome.p99) == (0, None, None)
