"""The queue of a lane, and how those who wait in it are answered."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest

from domain.errors import InsufficientFunds
from service_layer.group import Group, Outcome
from service_layer.lane import LOOK, Lane
from service_layer.ports.errors import OutcomeUnknown, Unavailable
from tests.kit.handlers import redecorate, redecorate_and_refuse, redecorate_without_commit
from tests.kit.riding import errors_of, jobs_of, people_of
from tests.kit.shop import Shop

pytestmark = pytest.mark.usefixtures("impatient")


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

    def test_who_comes_in_one_turn_of_the_loop_rides_together(self, shop: Shop):
        """However slow the others are, the lane does not begin with the first."""
        lane, jobs = Lane(shop.group), jobs_of(shop, people_of(shop))

        async def come(number: int) -> None:
            time.sleep(0.02 * number)  # noqa: ASYNC251  # the loop is busy, and the lane could run meanwhile
            await lane.run(jobs[number])

        async def come_together() -> None:
            await asyncio.gather(*map(come, range(len(jobs))))

        shop.faults.begun.clear()
        lane.start()
        asyncio.run(come_together())
        lane.stop()

        assert len(shop.faults.begun) == 1

    def test_who_comes_in_one_turn_counts_for_the_room(self, shop: Shop):
        lane, jobs = Lane(shop.group, room=2), jobs_of(shop, people_of(shop))

        async def come_together() -> list[object]:
            return await asyncio.gather(*map(lane.run, jobs), return_exceptions=True)

        lane.start()
        told = asyncio.run(come_together())
        lane.stop()

        assert [isinstance(one, Unavailable) for one in told] == [False, False, True]

    def test_who_comes_in_the_turn_in_which_the_lane_closes_is_told_at_once(self, shop: Shop):
        lane, (job,) = Lane(shop.group), jobs_of(shop, people_of(shop, 1))

        async def come_too_late() -> None:
            coming = asyncio.create_task(lane.run(job))
            await asyncio.sleep(0)
            lane.stop()
            with pytest.raises(Unavailable):
                await asyncio.wait_for(coming, 1)

        lane.start()
        asyncio.run(come_too_late())

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

    def test_who_is_in_a_group_more_patient_than_himself_waits_no_longer_than_his_own_time(self, shop: Shop):
        answer = asyncio.run(self.late(shop, shop.group))

        assert isinstance(answer, OutcomeUnknown) and shop.events == ["PasswordChanged"] * 2

    def test_whose_time_is_up_before_the_lane_gets_to_him_is_told_that_nothing_has_happened(self, shop: Shop):
        answer = asyncio.run(self.late(shop, shop.group, most=1))

        assert isinstance(answer, Unavailable) and shop.events == ["PasswordChanged"]

    def test_of_what_is_only_read_nothing_can_have_happened(self, shop: Shop):
        answer = asyncio.run(self.late(shop, Group(shop.store, shop.keeping, write=False), redecorate_without_commit))

        assert isinstance(answer, Unavailable)

    def test_who_comes_after_a_while_without_anybody_waits_no_longer_either(self, shop: Shop):
        async def after_a_while() -> Any:
            ada, bob = people_of(shop, 2)
            lane, gate = Lane(shop.group), threading.Event()
            lane.start()
            await lane.run(jobs_of(shop, [ada])[0])
            await asyncio.sleep(3 * LOOK)
            shop.faults.at("begin", lambda: gate.wait(5), times=1)
            (answer,) = await asyncio.gather(lane.run(jobs_of(shop, [bob], seconds=0.1)[0]), return_exceptions=True)
            gate.set()
            lane.stop()
            return answer

        assert isinstance(asyncio.run(after_a_while()), OutcomeUnknown)

    async def late(self, shop: Shop, group: Group, handler: Any = redecorate, most: int = 64) -> Any:
        """The answer to somebody in a hurry, while the first group, of somebody patient and maybe him, stalls."""
        lane, gate = Lane(group, most=most), threading.Event()
        ada, bob = people_of(shop, 2)
        shop.faults.at("begin", lambda: gate.wait(5), times=1)
        patient = asyncio.ensure_future(lane.run(jobs_of(shop, [ada], handler)[0]))
        hurried = asyncio.ensure_future(lane.run(jobs_of(shop, [bob], handler, seconds=0.1)[0]))
        await asyncio.sleep(0)
        lane.start()
        (answer,) = await asyncio.gather(hurried, return_exceptions=True)
        gate.set()
        await patient
        lane.stop()
        return answer

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
