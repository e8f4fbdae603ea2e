"""The lane: whoever waits goes next, together; what spoils the group spoils nobody; nobody is answered too early."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest

from domain.errors import InsufficientFunds
from service_layer import lane as lanes
from service_layer.group import Job, Outcome
from service_layer.lane import MOST_ATTEMPTS, Lane
from service_layer.ports.errors import Conflict, OutcomeUnknown, Unavailable
from service_layer.unit_of_work import UnitOfWork
from tests.kit.handlers import Redecorate, redecorate, redecorate_and_crash, redecorate_and_refuse
from tests.kit.riding import errors_of, ride
from tests.kit.service import Customer
from tests.kit.shop import Shop


@pytest.fixture(autouse=True)
def _impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries follow at once."""
    monkeypatch.setattr(lanes, "LONGEST_PAUSE", 0.0)


def people_of(shop: Shop, number: int = 3) -> list[Customer]:
    return [shop.account() for _ in range(number)]


def jobs_of(shop: Shop, people: list[Customer], handler: Any = redecorate, seconds: float = 60.0) -> list[Job]:
    return [shop.job(handler, Redecorate(), person, seconds) for person in people]


def transactions(shop: Shop) -> int:
    return shop.faults.steps.count("begin")


def nothing(uow: UnitOfWork) -> None:
    """No unit at all."""


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

    def test_retries_end_with_the_time_there_is(self, shop: Shop):
        (job,) = jobs_of(shop, people_of(shop, 1), seconds=0.03)
        shop.faults.at("commit", Conflict())
        shop.faults.at("begin", lambda: time.sleep(0.02))

        (outcome,) = ride(shop.group, [job])

        assert isinstance(outcome.error, Unavailable) and shop.faults.steps.count("commit") < MOST_ATTEMPTS


class TestQueue:
    def test_a_full_lane_says_so_at_once(self, shop: Shop):
        lane = Lane(shop.group, room=2)
        answers: list[Outcome] = []
        jobs = jobs_of(shop, people_of(shop))
        for job in jobs[:2]:
            lane.submit(job, answers.append)

        with pytest.raises(Unavailable):
            lane.submit(jobs[2], answers.append)

        lane.start()
        lane.stop()
        assert errors_of(answers) == [None, None] and shop.events == ["PasswordChanged"] * 2

    def test_a_closed_lane_finishes_what_was_waiting_and_takes_no_more(self, shop: Shop):
        lane = Lane(shop.group, most=1)
        answers: list[Outcome] = []
        ada, bob, eve = people_of(shop)
        for job in jobs_of(shop, [ada, bob]):
            lane.submit(job, answers.append)
        lane.start()

        lane.stop()

        assert len(answers) == 2
        with pytest.raises(Unavailable):
            lane.submit(jobs_of(shop, [eve])[0], answers.append)

    def test_who_came_before_the_end_still_rides(self, shop: Shop):
        lane, gate, answers = Lane(shop.group), threading.Event(), list[Outcome]()
        first, *rest = jobs_of(shop, people_of(shop, 3))
        shop.faults.at("begin", lambda: gate.wait(5), times=1)
        lane.submit(first, answers.append)
        lane.start()
        for job in rest:
            lane.submit(job, answers.append)
        closing = threading.Thread(target=lane.stop)
        closing.start()
        time.sleep(0.01)  # until the end stands in the queue

        gate.set()
        closing.join()

        assert errors_of(answers) == [None] * 3

    def test_somebody_may_be_told_of_each_group(self, shop: Shop):
        told: list[int] = []
        lane = Lane(shop.group, most=2, committed=lambda: told.append(1))
        for job in jobs_of(shop, people_of(shop, 3)):
            lane.submit(job, lambda _: None)

        lane.start()
        lane.stop()

        assert told == [1, 1]


class TestAnswers:
    def test_nobody_is_answered_before_the_commit_is_durable(self, shop: Shop):
        at_commit, durable = threading.Event(), threading.Event()
        shop.faults.at("commit", at_commit.set)
        jobs = jobs_of(shop, people_of(shop))
        shop.faults.at("committed", lambda: durable.wait(5))
        answers: list[Outcome] = []
        lane = Lane(shop.group)
        for job in jobs:
            lane.submit(job, answers.append)
        lane.start()

        assert at_commit.wait(5) and not answers
        durable.set()
        lane.stop()

        assert len(answers) == 3

    def test_a_result_comes_back_to_the_event_loop(self, shop: Shop):
        lane = Lane(shop.group)
        lane.start()

        async def both() -> list[Any]:
            ada, bob = people_of(shop, 2)
            jobs = [*jobs_of(shop, [ada]), *jobs_of(shop, [bob], redecorate_and_refuse)]
            return await asyncio.gather(*map(lane.run, jobs), return_exceptions=True)

        answers = asyncio.run(both())
        lane.stop()

        assert answers[0] == "Changed" and isinstance(answers[1], InsufficientFunds)

    def test_who_no_longer_waits_spoils_nothing(self, shop: Shop):
        ada, bob = people_of(shop, 2)
        lane = Lane(shop.group)

        async def one_gives_up() -> str:
            first, second = (asyncio.ensure_future(lane.run(job)) for job in jobs_of(shop, [ada, bob]))
            await asyncio.sleep(0)
            first.cancel()
            await asyncio.sleep(0)
            lane.start()
            return await second

        assert asyncio.run(one_gives_up()) == "Changed"
        lane.stop()

        assert shop.events == ["PasswordChanged"] * 2

    def test_a_loop_that_is_gone_spoils_nothing(self, shop: Shop):
        ada, bob = people_of(shop, 2)
        lane = Lane(shop.group)
        gone = asyncio.new_event_loop()
        future = gone.create_future()
        gone.close()
        answers: list[Outcome] = []
        for job, deliver in zip(jobs_of(shop, [ada, bob]), (future, answers.append), strict=True):
            lane.submit(job, deliver)

        lane.start()
        lane.stop()

        assert errors_of(answers) == [None] and not future.done()

    def test_one_wake_up_answers_all_that_wait_in_a_loop(self, shop: Shop, monkeypatch: pytest.MonkeyPatch):
        jobs = jobs_of(shop, people_of(shop, 4))
        lane = Lane(shop.group)

        async def count_wake_ups() -> int:
            loop = asyncio.get_running_loop()
            wake, wakes = loop.call_soon_threadsafe, []
            monkeypatch.setattr(loop, "call_soon_threadsafe", lambda *call: (wakes.append(1), wake(*call)))
            waiting = [asyncio.ensure_future(lane.run(job)) for job in jobs]
            await asyncio.sleep(0)
            lane.start()
            await asyncio.gather(*waiting)
            return len(wakes)

        assert asyncio.run(count_wake_ups()) == 1
        lane.stop()
