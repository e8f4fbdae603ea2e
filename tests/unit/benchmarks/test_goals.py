"""From single measurements to a verdict: medians, rounds, bounds, and nothing that was forgotten."""

from pathlib import Path

import pytest

from benchmarks.cases import CASES
from benchmarks.findings import Findings
from benchmarks.goals import OURS, rate, verdicts
from benchmarks.growth import Growth
from benchmarks.measurement import Measurement, Results, Spread
from benchmarks.memory import Memory
from benchmarks.plan import Plan
from benchmarks.postgres import Server
from benchmarks.rates import reported
from benchmarks.report import Run, page, summary
from benchmarks.rounds import Pace
from benchmarks.targets.all import all_targets
from benchmarks.targets.target import Place
from benchmarks.verdict import Side, Verdict, at_least, at_most, by_itself, difference, ratio

PLACE = Place(Path("nowhere"), Path("python"), Server("postgresql://nobody@127.0.0.1/none", Path("nowhere")))
PACE = Pace(rounds=1, seconds=1, warmup=0)
ONE = Measurement(rate=1, p50=1, p99=1, commit_p50=1, server_cpu=1, generator_cpu=1, generator_share=1)
OURSELVES, OTHERS = Side("ours", "busy", rate), Side("theirs", "busy", rate)


def results(ours: list[float], theirs: list[float]) -> Results:
    found = Results()
    for target, rates in (("ours", ours), ("theirs", theirs)):
        for each in rates:
            found.add(target, "busy", Measurement(rate=each))
    return found


def everything() -> Findings:
    """One of each measurement that a whole run makes."""
    found = Findings(handlers=[1.0])
    for target in all_targets(PLACE):
        for case in filter(target.takes, CASES):
            found.results.add(target.name, case.name, ONE)
    life = Growth(orders=2, young=[ONE], old=[ONE], orders_of_one=1, first_page=1, last_page=1)
    found.growths = dict.fromkeys(OURS.values(), life)
    found.memories = dict.fromkeys(OURS.values(), Memory(1, 1, 2, 1))
    return found


def test_a_ratio_is_of_the_medians_and_its_spread_is_of_the_rounds():
    verdict = ratio(results([10, 30, 20], [10, 10, 5]), "faster", at_least(2), OURSELVES, OTHERS)

    assert verdict == Verdict("faster", at_least(2), 2.0, Spread(3.0, 1.0, 4.0))


def test_a_difference_is_of_the_medians_too():
    verdict = difference(results([10, 30, 20], [10, 10, 5]), "more", at_most(9), OURSELVES, OTHERS)

    assert (verdict.figure, verdict.met) == (10, False)


@pytest.mark.parametrize(
    ("bound", "figure", "met"),
    [
        (at_least(2), 2.0, True),
        (at_least(2), 1.999, False),
        (at_most(2), 2.0, True),
        (at_most(2), 2.001, False),
        (at_least(2), None, None),
    ],
)
def test_a_bound_is_met_where_it_is_reached(bound, figure, met):
    assert Verdict("it", bound, figure).met is met


def test_nothing_is_said_of_what_was_not_measured():
    nobody = results([], [1])

    assert ratio(nobody, "faster", at_least(2), OURSELVES, OTHERS).met is None
    assert by_itself(nobody, "fast", at_least(2), OURSELVES).met is None


def test_who_answered_nothing_makes_nobody_infinitely_faster():
    assert ratio(results([10], [0]), "faster", at_least(2), OURSELVES, OTHERS).met is False


def test_a_whole_run_measures_what_every_goal_asks_for():
    assert [verdict.what for verdict in verdicts(everything()) if verdict.met is None] == []


def test_a_run_of_nothing_has_the_same_goals_and_meets_none():
    held = verdicts(Findings())

    assert [each.what for each in held] == [each.what for each in verdicts(everything())]
    assert {each.met for each in held} == {None}


def test_the_page_counts_and_names_what_was_met():
    run = Run(PACE, all_targets(PLACE), CASES, everything())
    held = [Verdict("one", at_least(2), 3.0), Verdict("two", at_least(2), 1.0), Verdict("three", at_least(2), None)]

    written = page({"date": "today"}, run, held)

    assert summary(held) == "1 of 2 goals met, 1 not measured.\n"
    assert "| one | ≥ 2 × | 3.00 × |  | yes |" in written
    assert "| two | ≥ 2 × | 1.00 × |  | **no** |" in written
    assert "| three | ≥ 2 × | not measured |  |  |" in written


def test_a_plan_adds_up_what_its_parts_need():
    targets = all_targets(PLACE)
    short = Plan(PACE, CASES, set(), targets, rows=0, placed=(1, 2), calibrating=False)
    longer = Plan(Pace(rounds=2, seconds=1, warmup=0), CASES, set(), targets, rows=0, placed=(1, 2), calibrating=False)

    assert short.seconds().keys() == {"filling", "calibration", "rounds"}
    assert longer.seconds()["rounds"] == 2 * short.seconds()["rounds"] > 0


def test_the_handlers_rate_is_read_from_their_own_table():
    assert reported("| store | …\n|---|---|\n| memory | 64 | 21,345 | 22,000 | 45.1 | 44.0 |\n") == 21_345
    with pytest.raises(ValueError, match="no rate"):
        reported("| sqlite | 64 | 21,345 |\n")
