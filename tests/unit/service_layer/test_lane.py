"""The lane: whoever waits goes next, together; what spoils the group spoils nobody; nobody is answered too early."""

from __future__ import annotations

import time

import pytest

from domain.errors import InsufficientFunds
from service_layer.group import Outcome
from service_layer.lane import MOST_ATTEMPTS
from service_layer.ports.errors import Conflict, OutcomeUnknown, Unavailable
from tests.kit.handlers import redecorate_and_crash, redecorate_and_refuse
from tests.kit.riding import errors_of, jobs_of, people_of, ride
from tests.kit.shop import Shop

pytestmark = pytest.mark.usefixtures("impatient")


def transactions(shop: Shop) -> int:
    return shop.faults.steps.count("begin")


class TestTogether:
    def test_whoever_waits_rides_together(self, shop: Shop):
        jobs = jobs_of(shop, people_of(shop, 5))
        shop.faults.steps.clear()

        outcomes = ride(shop.group, jobs)

        assert [outcome.result for outcome in outcomes] == ["Changed"] * 5 and transactions(shop) == 1

    def test_a_group_is_no_larger_than_most(self, shop: Shop):
        jobs = jobs_of(shop, people_of(shop, 5))
        shop.faults.steps.clear()

        ride(shop.group, jobs, most=2)

        assert transactions(shop) == 3 and shop.faults.steps.count("commit") == 3

    def test_most_of_one_is_a_transaction_for_each(self, shop: Shop):
        jobs = jobs_of(shop, people_of(shop, 3))
        shop.faults.steps.clear()

        ride(shop.group, jobs, most=1)

        assert transactions(shop) == 3

    def test_one_that_refuses_costs_the_others_no_second_transaction(self, shop: Shop):
        ada, bob, eve = people_of(shop)
        jobs = [*jobs_of(shop, [ada]), *jobs_of(shop, [bob], redecorate_and_refuse), *jobs_of(shop, [eve])]
        shop.faults.steps.clear()

        outcomes = ride(shop.group, jobs)

        assert errors_of(outcomes) == [None, InsufficientFunds, None] and transactions(shop) == 1


class TestTrouble:
    @pytest.mark.parametrize("step", ["begin", "load", "stage", "write", "commit"])
    def test_after_a_conflict_each_runs_alone_and_afresh(self, shop: Shop, step: str):
        people = people_of(shop)
        jobs = jobs_of(shop, people)
        shop.faults.at(step, Conflict(), times=1)
        shop.faults.steps.clear()

        outcomes = ride(shop.group, jobs)

        assert errors_of(outcomes) == [None] * 3 and transactions(shop) == 4
        assert shop.events == ["PasswordChanged"] * 3
        assert [shop.session(person).preferences for person in people] == [{"theme": "dark"}] * 3
        assert [user["version"] for user in shop.rows("users")] == [2] * 3

    def test_a_unit_meets_with_a_conflict_at_most_so_many_times(self, shop: Shop):
        (job,) = jobs_of(shop, people_of(shop, 1))
        before = shop.books()
        shop.faults.at("commit", Conflict())
        shop.faults.steps.clear()

        (outcome,) = ride(shop.group, [job])

        assert isinstance(outcome.error, Unavailable) and shop.books() == before
        assert transactions(shop) == shop.faults.steps.count("commit") == MOST_ATTEMPTS == 5

    def test_a_conflict_met_often_enough_passes(self, shop: Shop):
        (job,) = jobs_of(shop, people_of(shop, 1))
        shop.faults.at("commit", Conflict(), times=MOST_ATTEMPTS - 1)

        assert ride(shop.group, [job]) == [Outcome("Changed")]

        assert shop.events == ["PasswordChanged"]

    @pytest.mark.parametrize("error", [Unavailable(), OutcomeUnknown()])
    @pytest.mark.parametrize("step", ["begin", "load", "write", "commit"])
    def test_an_outage_is_everybodys_answer_and_nothing_is_tried_again(self, shop: Shop, step: str, error: Exception):
        jobs = jobs_of(shop, people_of(shop))
        before = shop.books()
        shop.faults.at(step, error, times=1)
        shop.faults.steps.clear()

        outcomes = ride(shop.group, jobs)

        assert [outcome.error for outcome in outcomes] == [error] * 3
        assert shop.books() == before and transactions(shop) == 1

    @pytest.mark.parametrize("error", [Unavailable(), OutcomeUnknown(), RuntimeError("crash")])
    def test_so_it_is_for_one_alone(self, shop: Shop, error: Exception):
        (job,) = jobs_of(shop, people_of(shop, 1))
        shop.faults.at("write", error, times=1)

        (outcome,) = ride(shop.group, [job])

        assert outcome.error is error and shop.events == []

    def test_a_crash_of_the_transaction_is_the_affair_of_those_who_meet_it_again(self, shop: Shop):
        jobs = jobs_of(shop, people_of(shop))
        shop.faults.at("write", RuntimeError("crash"), times=2)

        outcomes = ride(shop.group, jobs)

        assert errors_of(outcomes) == [RuntimeError, None, None] and shop.events == ["PasswordChanged"] * 2

    def test_who_cannot_be_told_of_the_decision_does_not_run_again(self, shop: Shop):
        jobs = jobs_of(shop, people_of(shop))
        shop.faults.at("finish", RuntimeError("crash"), times=1)

        outcomes = ride(shop.group, jobs)

        assert errors_of(outcomes) == [RuntimeError, None, None]
        assert shop.events == ["PasswordChanged"] * 3 and [user["version"] for user in shop.rows("users")] == [2] * 3

    def test_a_crash_of_one_unit_is_its_own(self, shop: Shop):
        ada, bob, eve = people_of(shop)

        outcomes = ride(shop.group, [*jobs_of(shop, [ada, eve]), *jobs_of(shop, [bob], redecorate_and_crash)])

        assert errors_of(outcomes) == [None, None, ZeroDivisionError]


class TestTime:
    def test_whose_time_is_up_is_told_so_and_the_others_ride(self, shop: Shop):
        ada, bob = people_of(shop, 2)

        outcomes = ride(shop.group, [*jobs_of(shop, [ada], seconds=-1), *jobs_of(shop, [bob])])

        assert errors_of(outcomes) == [Unavailable, None]
        assert [shop.books()["users"][person.user]["name"] for person in (ada, bob)] == ["Ada", "Changed"]

    def test_each_hears_of_it_by_an_error_of_its_own(self, shop: Shop):
        first, second = ride(shop.group, jobs_of(shop, people_of(shop, 2), seconds=-1))

        assert first.error is not second.error

    def test_retries_end_with_the_time_there_is(self, shop: Shop):
        (job,) = jobs_of(shop, people_of(shop, 1), seconds=0.03)
        shop.faults.at("commit", Conflict())
        shop.faults.at("begin", lambda: time.sleep(0.02))

        (outcome,) = ride(shop.group, [job])

        assert isinstance(outcome.error, Unavailable) and shop.faults.steps.count("commit") < MOST_ATTEMPTS
