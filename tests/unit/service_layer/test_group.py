"""Units in one transaction: they see each other, each is undone alone, and all are decided at once."""

from __future__ import annotations

import gc

import pytest

from domain.errors import EmailTaken, InsufficientFunds, InsufficientStock
from domain.users import Email
from service_layer.commands import ChangePreferences, SeeProduct, SignUp, Touch
from service_layer.group import Group, Job
from service_layer.handlers.catalog import see_product
from service_layer.handlers.orders import place_order
from service_layer.handlers.sessions import change_preferences, touch
from service_layer.handlers.users import sign_up
from service_layer.ports.errors import Conflict, OutcomeUnknown, SessionTooLarge, Unavailable
from service_layer.visitor import Visitor
from tests.kit.asking import buying
from tests.kit.handlers import Redecorate, redecorate, redecorate_and_crash, redecorate_and_refuse
from tests.kit.riding import errors_of
from tests.kit.service import Customer
from tests.kit.shop import Shop


def order(shop: Shop, by: Customer, quantity: int = 1, *, key: str | None = None) -> Job:
    return shop.job(place_order, buying({"mug": quantity}, key=key), by)


def test_units_in_a_group_see_what_those_before_them_did(shop: Shop):
    ada, bob = shop.account(balance=9000), shop.account(balance=9000)
    shop.product(price=1000, on_hand=3)

    outcomes = shop.group.run([order(shop, ada, 2), order(shop, bob, 2), order(shop, bob, 1)])

    assert errors_of(outcomes) == [None, InsufficientStock, None]
    assert (shop.balance(ada), shop.balance(bob), shop.stock()) == (7000, 8000, (0, 0))


@pytest.mark.parametrize(
    ("handler", "error"), [(redecorate_and_refuse, InsufficientFunds), (redecorate_and_crash, ZeroDivisionError)]
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_that_fails_is_undone_alone(shop: Shop, handler, error: type[Exception], place: int):
    people = [shop.account() for _ in range(3)]
    jobs = [shop.job(redecorate, Redecorate(), person) for person in people]
    jobs[place] = shop.job(handler, Redecorate(), people[place])

    outcomes = shop.group.run(jobs)

    assert [type(outcome.error) for outcome in outcomes].count(error) == 1
    for number, person in enumerate(people):
        changed = number != place
        assert (shop.books()["users"][person.user]["name"] == "Changed") == changed
        assert (shop.session(person).preferences == {"theme": "dark"}) == changed
        assert shop.session(person).user_id == person.user
    assert shop.events == ["PasswordChanged"] * 2


def test_a_session_that_does_not_fit_is_its_own_units_affair(shop: Shop):
    ada, bob = shop.account(), shop.account()
    too_large = Redecorate(preferences={"x": "y" * 5000})

    outcomes = shop.group.run([shop.job(redecorate, too_large, ada), shop.job(redecorate, Redecorate(), bob)])

    assert errors_of(outcomes) == [SessionTooLarge, None]
    assert (shop.session(ada).preferences, shop.session(bob).preferences) == ({}, {"theme": "dark"})


def test_twins_in_a_group_are_one_and_a_refusal(shop: Shop):
    command = SignUp(name="Ada", email=Email("ada@example.com"), password_hash="h")  # noqa: S106

    outcomes = shop.group.run([shop.job(sign_up, command, Visitor()) for _ in range(3)])

    assert errors_of(outcomes) == [None, EmailTaken, EmailTaken]
    assert len(shop.rows("users")) == len(shop.rows("accounts")) == 1


def test_one_key_twice_in_a_group_is_one_effect(shop: Shop):
    ada = shop.account(balance=5000)
    shop.product(price=1000)

    first, second = shop.group.run([order(shop, ada, key="k"), order(shop, ada, key="k")])

    assert first.result.outcome == second.result.outcome
    assert (first.result.replayed, second.result.replayed) == (False, True)
    assert shop.balance(ada) == 4000


def test_one_session_twice_in_a_group_keeps_what_both_did(shop: Shop):
    ada = shop.account()
    window = Visitor(cookie=ada.browser.cookie)

    shop.group.run(
        [
            shop.job(change_preferences, ChangePreferences(patch={"theme": "dark"}), ada),
            shop.job(change_preferences, ChangePreferences(patch={"language": "en"}), window),
        ]
    )

    assert shop.session(ada).preferences == {"theme": "dark", "language": "en"}


def test_everything_declared_is_loaded_at_once_in_lock_order(shop: Shop):
    ada, bob = shop.account(balance=9000), shop.account(balance=9000)
    shop.product("mug", price=1000)
    shop.product("cup", price=1000)
    shop.faults.loads.clear()

    shop.group.run(
        [
            shop.job(place_order, buying({"mug": 1, "cup": 1}, key="k"), bob),
            shop.job(place_order, buying({"mug": 1}, key="k"), ada),
        ]
    )

    kinds = [(kind, index) for kind, index, _ in shop.faults.loads]
    assert kinds == [("sessions", "key"), ("products", "key"), ("accounts", "owner_id"), ("keys", "key")]
    assert all(values == sorted(values) for _, _, values in shop.faults.loads)
    assert [len(values) for _, _, values in shop.faults.loads] == [2, 2, 2, 2]


def test_a_group_is_one_transaction_with_one_commit(shop: Shop):
    people = [shop.account() for _ in range(3)]
    shop.faults.steps.clear()

    shop.group.run([shop.job(redecorate, Redecorate(), person) for person in people])

    steps = [step for step in shop.faults.steps if step != "load"]
    assert steps == ["begin", "stage", "stage", "stage", "write", "commit", "committed", "finish", "finish", "finish"]


def test_where_nobody_votes_nothing_is_committed(shop: Shop):
    ada = shop.account()
    shop.product()
    shop.faults.steps.clear()

    outcomes = shop.group.run(
        [shop.job(see_product, SeeProduct(sku="mug"), ada), shop.job(redecorate_and_refuse, Redecorate(), ada)]
    )

    assert outcomes[0].result.available == 10 and isinstance(outcomes[1].error, InsufficientFunds)
    assert "commit" not in shop.faults.steps and shop.faults.steps[-1] == "rollback"


@pytest.mark.parametrize("error", [Conflict(), Unavailable(), OutcomeUnknown(), RuntimeError("crash"), SystemExit()])
@pytest.mark.parametrize("step", ["begin", "load", "write", "commit"])
def test_what_spoils_the_transaction_is_everybodys_affair(shop: Shop, step: str, error: BaseException):
    people = [shop.account() for _ in range(3)]
    before = shop.books()
    shop.faults.at(step, error, times=1)

    crashed_at_commit = step == "commit" and isinstance(error, RuntimeError)  # then nobody can say what happened
    with pytest.raises(OutcomeUnknown if crashed_at_commit else type(error)):
        shop.group.run([shop.job(redecorate, Redecorate(), person) for person in people])

    assert shop.books() == before and not any(person.browser.dead for person in people)
    assert all(shop.session(person).user_id == person.user for person in people)


@pytest.mark.parametrize("error", [Conflict(), Unavailable(), OutcomeUnknown()])
def test_an_outage_that_one_unit_meets_spoils_the_transaction(shop: Shop, error: Exception):
    ada, bob = shop.account(), shop.account()
    before = shop.books()
    shop.faults.at("stage", error, times=1)

    with pytest.raises(type(error)):
        shop.group.run([shop.job(redecorate, Redecorate(), ada), shop.job(redecorate, Redecorate(), bob)])

    assert shop.books() == before


def test_who_cannot_be_told_of_the_decision_crashes_alone_and_nothing_runs_twice(shop: Shop):
    people = [shop.account() for _ in range(3)]
    shop.faults.at("finish", RuntimeError("crash"), times=1)

    outcomes = shop.group.run([shop.job(redecorate, Redecorate(), person) for person in people])

    assert errors_of(outcomes) == [RuntimeError, None, None]
    assert [user["name"] for user in shop.rows("users")] == ["Changed"] * 3
    assert shop.events == ["PasswordChanged"] * 3


def test_cookies_are_handed_out_after_the_common_commit(shop: Shop):
    strangers = [Visitor(), Visitor()]
    renewed: list[bool] = []
    shop.faults.at("committed", lambda: renewed.extend(stranger.renewed for stranger in strangers))

    shop.group.run([shop.job(change_preferences, ChangePreferences(patch={"a": 1}), each) for each in strangers])

    assert renewed == [False, False] and all(stranger.renewed for stranger in strangers)


def test_a_job_that_declares_nothing_loads_what_it_needs(shop: Shop):
    ada = shop.account()
    job = shop.job(redecorate, Redecorate(), ada)

    outcomes = shop.group.run([Job(job.work, job.visitor, job.deadline)])

    assert errors_of(outcomes) == [None] and shop.events == ["PasswordChanged"]


def test_a_group_that_only_reads_begins_no_writing_transaction(shop: Shop):
    reading = Group(shop.store, shop.keeping, write=False)

    reading.run([shop.job(touch, Touch(), Visitor())])

    assert [write for write, _ in shop.faults.begun] == [False]


def test_the_transaction_may_last_as_long_as_the_most_patient_of_them_waits(shop: Shop):
    jobs = [shop.job(touch, Touch(), Visitor(), seconds) for seconds in (3.0, 7.0, 5.0)]

    shop.group.run(jobs)

    assert shop.faults.begun == [(True, jobs[1].deadline)]


def test_a_group_leaves_nothing_to_the_garbage_collector(shop: Shop):
    ada, bob = shop.account(balance=9000), shop.account(balance=9000)
    shop.product(price=1000, on_hand=3)
    jobs = [order(shop, ada, key="1"), order(shop, bob, key="2")]
    gc.collect()
    gc.disable()
    try:
        outcomes = shop.group.run(jobs)
        left = gc.collect()
    finally:
        gc.enable()

    assert (errors_of(outcomes), left) == ([None, None], 0)
