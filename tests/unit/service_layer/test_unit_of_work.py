"""The unit of work, phase by phase: all that can fail comes first, then the decision, then what cannot fail."""

from __future__ import annotations

import asyncio
import threading

import pytest

from domain.errors import InsufficientFunds
from service_layer.commands import ChangePreferences
from service_layer.gateway import OutsideUnits, UnitOpen
from service_layer.handlers.sessions import change_preferences
from service_layer.ports.errors import Conflict, OutcomeUnknown, SessionNotSerializable, SessionTooLarge, Unavailable
from service_layer.unit_of_work import unit_is_open
from service_layer.visitor import Visitor
from tests.kit.asking import VISA, eur
from tests.kit.handlers import Redecorate, redecorate, redecorate_without_commit
from tests.kit.shop import Shop

ERRORS = [InsufficientFunds(), Conflict(), Unavailable(), OutcomeUnknown(), RuntimeError("crash"), KeyboardInterrupt()]


def names(shop: Shop) -> list[str]:
    return [user["name"] for user in shop.rows("users")]


def test_what_can_fail_comes_before_the_decision_and_what_cannot_comes_after(shop: Shop):
    ada = shop.account()
    shop.faults.steps.clear()

    shop.do(redecorate, Redecorate(), ada)

    assert shop.faults.steps == ["begin", "load", "load", "stage", "write", "commit", "committed", "finish"]


def test_a_unit_that_commits_has_done_all_of_it(shop: Shop):
    ada = shop.account()

    shop.do(redecorate, Redecorate(name="Lovelace", preferences={"theme": "dark"}), ada)

    assert names(shop) == ["Lovelace"] and shop.events == ["PasswordChanged"]
    assert shop.session(ada).preferences == {"theme": "dark"}


def test_a_unit_that_does_not_commit_has_done_nothing(shop: Shop):
    ada = shop.account()
    before = shop.books()

    shop.do(redecorate_without_commit, Redecorate(), ada)

    assert shop.books() == before and not ada.browser.dead


@pytest.mark.parametrize("step", ["begin", "load", "stage", "write", "commit"])
@pytest.mark.parametrize("error", ERRORS)
def test_an_error_at_any_step_before_the_decision_undoes_rows_and_session(shop: Shop, step: str, error: BaseException):
    ada = shop.account()
    shop.faults.at(step, error, times=1)

    with shop.refuses(type(error), ada):
        shop.do(redecorate, Redecorate(), ada)

    assert not unit_is_open.get()


@pytest.mark.parametrize("step", ["begin", "load", "stage", "write", "commit"])
def test_a_unit_that_failed_lets_the_next_one_in(shop: Shop, step: str):
    ada = shop.account()
    shop.faults.at(step, RuntimeError("crash"), times=1)
    with pytest.raises(RuntimeError):
        shop.do(redecorate, Redecorate(), ada)

    shop.do(redecorate, Redecorate(), ada)

    assert shop.events == ["PasswordChanged"] and shop.session(ada).preferences == {"theme": "dark"}


def test_an_error_after_the_decision_is_a_crash_and_the_decision_stands(shop: Shop):
    ada = shop.account()
    shop.faults.at("finish", RuntimeError("crash"))

    with pytest.raises(RuntimeError):
        shop.do(redecorate, Redecorate(), ada)

    assert names(shop) == ["Changed"] and shop.events == ["PasswordChanged"]


def test_a_commit_whose_outcome_is_unknown_hands_out_no_cookie(shop: Shop):
    stranger = Visitor()
    shop.faults.at("committed", OutcomeUnknown())

    with pytest.raises(OutcomeUnknown):
        shop.do(change_preferences, ChangePreferences(patch={"theme": "dark"}), stranger)

    assert len(shop.rows("sessions")) == 1 and stranger.cookie is None and not stranger.renewed


def test_a_cookie_exists_only_once_the_commit_does(shop: Shop):
    stranger = Visitor()
    moments: list[tuple[str, bool]] = []
    for step in ("stage", "write", "commit", "committed", "finish"):
        shop.faults.at(step, lambda step=step: moments.append((step, stranger.renewed)))

    shop.do(change_preferences, ChangePreferences(patch={"theme": "dark"}), stranger)

    assert moments == [(step, False) for step in ("stage", "write", "commit", "committed", "finish")]
    assert stranger.renewed and shop.session(stranger).preferences == {"theme": "dark"}


ENDLESS: list[object] = []
ENDLESS.append(ENDLESS)


@pytest.mark.parametrize("value", [{"x": object()}, {"x": float("nan")}, {"x": "\ud800"}, {("a",): 1}, ENDLESS])
def test_a_session_value_that_is_not_json_commits_nothing(shop: Shop, value: object):
    ada = shop.account()

    with shop.refuses(SessionNotSerializable, ada):
        shop.do(redecorate, Redecorate(preferences=value), ada)


@pytest.mark.parametrize("letter", ["x", "é", "€"])
def test_preferences_over_4_kilobytes_commit_nothing(shop: Shop, letter: str):
    ada = shop.account()
    room = 4096 - len('{"x":""}')
    fits = {"x": letter * (room // len(letter.encode()))}

    shop.do(redecorate, Redecorate(preferences=fits), ada)
    with shop.refuses(SessionTooLarge, ada):
        shop.do(redecorate, Redecorate(preferences={"x": fits["x"] + letter}), ada)

    assert shop.session(ada).preferences == fits


def test_an_undo_takes_back_rows_and_session_and_the_unit_goes_on(shop: Shop):
    ada = shop.account()

    with shop.unit(ada.browser) as uow:
        uow.users.get(ada.user).rename("Changed")
        uow.session.preferences = {"theme": "dark"}
        uow.undo()
        uow.session.preferences["language"] = "en"
        uow.commit()

    assert names(shop) == ["Ada"] and shop.session(ada).preferences == {"language": "en"}


def test_an_event_and_a_task_are_rows_like_any_other(shop: Shop):
    ada = shop.account(balance=1000)
    shop.product(price=1000)

    shop.order(ada)

    assert [(row["name"], row["attempts"], row["due_at"]) for row in shop.rows("messages")] == [
        ("OrderConfirmed", 0, shop.clock.now())
    ]


def test_the_gateway_is_out_of_reach_while_a_unit_is_open(shop: Shop):
    gateway = OutsideUnits(shop.gateway)
    calls = [
        lambda: gateway.authorize("k", VISA, eur(1), timeout=1),
        lambda: gateway.capture("k", timeout=1),
        lambda: gateway.void("k", timeout=1),
        lambda: gateway.refund("k", timeout=1),
        lambda: gateway.lookup("k", timeout=1),
    ]

    for call in calls:
        with pytest.raises(UnitOpen), shop.unit(shop.staff):
            asyncio.run(call())

    assert asyncio.run(shop.gateway.charges()) == []
    assert asyncio.run(gateway.lookup("k", timeout=1)) is None
    assert gateway.key_lifetime == shop.gateway.key_lifetime


def test_a_unit_in_one_thread_keeps_nobody_elsewhere_from_the_gateway(shop: Shop):
    seen: list[bool] = []

    with shop.unit(shop.staff):
        thread = threading.Thread(target=lambda: seen.append(unit_is_open.get()))
        thread.start()
        thread.join()
        seen.append(unit_is_open.get())

    assert seen == [False, True] and not unit_is_open.get()
