"""What may happen to users and sessions."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from domain.users import Email
from service_layer.commands import (
    ChangePreferences,
    ClearExpired,
    Command,
    EndSession,
    EndSessions,
    GrantStaff,
    LogOut,
    Rename,
    Touch,
)
from service_layer.handlers import sessions, users
from service_layer.runner import Handler
from tests.torture.state_machine.stage import ADDRESS, FAULTS, NUMBERS, Stage
from tests.torture.state_machine.wiring import Fault

EMAILS: Final = st.sampled_from(["0@example.com", "4@example.com", "5@EXAMPLE.com"])
PASSWORDS: Final = st.sampled_from(["analytical-engine-1843", "nanoseconds-of-wire", "bernoulli-note-g", "password"])
PATCHES: Final = st.dictionaries(st.sampled_from(["theme", "size"]), st.none() | st.integers(0, 2), max_size=2)
MOSTLY: Final = st.sampled_from([True, True, True, False])
SIMPLE: Final[tuple[tuple[Handler[Any], Command], ...]] = (
    (sessions.log_out, LogOut()),
    (sessions.end_sessions, EndSessions()),
    (sessions.touch, Touch()),
    (sessions.clear_expired, ClearExpired()),
)


class People(Stage):
    """They come and go, change their minds and their passwords."""

    @rule(email=EMAILS, password=PASSWORDS, faults=FAULTS)
    def sign_up(self, email: str, password: str, faults: list[Fault]) -> None:
        self.ask(None, lambda run: self.house.identity.sign_up(run, "Ada", Email(email), password), faults)
        self.learn(password)

    @rule(browser=NUMBERS, who=NUMBERS, right=MOSTLY, faults=FAULTS)
    def log_in(self, browser: int, who: int, right: bool, faults: list[Fault]) -> None:
        person = self.pick(self.model.people.values(), who)
        password = self.passwords[person.password_hash] if right else "not-the-password"
        self.ask(browser, lambda run: self.house.identity.log_in(run, Email(person.email), password, ADDRESS), faults)

    @rule(browser=NUMBERS, right=MOSTLY, new=PASSWORDS, faults=FAULTS)
    def change_password(self, browser: int, right: bool, new: str, faults: list[Fault]) -> None:
        self.seat(browser)
        user = self.user(browser)
        current = self.passwords[self.model.people[user].password_hash] if user and right else "not-the-password"
        self.ask(browser, lambda run: self.house.identity.change_password(run, current, new, ADDRESS), faults)
        self.learn(new)

    @rule(browser=NUMBERS, what=st.sampled_from(SIMPLE), faults=FAULTS)
    def end_or_touch_sessions(self, browser: int, what: tuple[Handler[Any], Command], faults: list[Fault]) -> None:
        self.do(browser, *what, faults)

    @rule(browser=NUMBERS, which=NUMBERS, faults=FAULTS)
    def end_a_session(self, browser: int, which: int, faults: list[Fault]) -> None:
        self.seat(browser)
        handles = [seat.handle for _, seat in sorted(self.model.seats.items())]
        self.do(browser, sessions.end_session, EndSession(handle=self.pick([*handles, "none"], which)), faults)

    @rule(browser=NUMBERS, patch=PATCHES, faults=FAULTS)
    def prefer(self, browser: int, patch: dict[str, Any], faults: list[Fault]) -> None:
        self.do(browser, sessions.change_preferences, ChangePreferences(patch=patch), faults)

    @rule(browser=NUMBERS, name=st.sampled_from(["Ada", "Countess"]), faults=FAULTS)
    def rename(self, browser: int, name: str, faults: list[Fault]) -> None:
        self.seat(browser)
        self.do(browser, users.rename, Rename(name=name, tags=frozenset("*")), faults)

    @rule(email=st.sampled_from(["0@example.com", "9@example.com"]), faults=FAULTS)
    def grant_staff(self, email: str, faults: list[Fault]) -> None:
        self.do(None, users.grant_staff, GrantStaff(email=Email(email)), faults)
