"""What the model knows of users and sessions: what is refused, and what becomes of the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from domain.errors import EmailTaken, NotFound
from service_layer.commands import (
    ChangePassword,
    ChangePreferences,
    ClearExpired,
    CountAttempt,
    EndSession,
    EndSessions,
    FindUser,
    ForgiveAttempt,
    GrantStaff,
    LogIn,
    LogOut,
    Rename,
    SeeMe,
    SignUp,
    Touch,
)
from tests.torture.state_machine.asked import Asked, Refusal, not_logged_in
from tests.torture.state_machine.model import Person, Seat

MOST_SEATS: Final = 3  # sessions of one user, of which the oldest ends


def _never(asked: Asked) -> Refusal:
    return None


def _email_taken(asked: Asked) -> Refusal:
    taken = {person.email.casefold() for person in asked.model.people.values()}
    return EmailTaken if asked.command.email.key in taken else None


def _unknown_email(asked: Asked) -> Refusal:
    return None if _email_taken(asked) else NotFound


REFUSES: Final[dict[type, Callable[[Asked], Refusal]]] = {
    **dict.fromkeys((LogIn, LogOut, ChangePreferences, ClearExpired, FindUser, Touch), _never),
    **dict.fromkeys((CountAttempt, ForgiveAttempt), _never),  # the limit is high, and the counters are no promise
    **dict.fromkeys((ChangePassword, EndSessions, Rename, SeeMe), not_logged_in),
    EndSession: lambda asked: not_logged_in(asked) or (None if _mine(asked) else NotFound),
    GrantStaff: _unknown_email,
    SignUp: _email_taken,
}


def _mine(asked: Asked) -> bool:
    """Among those that are alive, as the list of them has it."""
    seats = (seat for seat in asked.model.seats.values() if seat.day == asked.model.today)
    return any(seat.user == asked.user for seat in seats if seat.handle == asked.command.handle)


def _sign_up(asked: Asked) -> str | None:
    model, command, user = asked.model, asked.command, asked.fresh("people")
    account = asked.fresh("balances")
    model.people[user] = Person(command.name, command.email.address, command.password_hash, account)
    model.balances[account] = 0
    model.events["UserRegistered"] += 1
    return asked.by


def _log_in(asked: Asked) -> str | None:
    model, user = asked.model, asked.command.user_id
    before = asked.seat or Seat()
    model.seats.pop(asked.by or "", None)  # also one that has expired
    preferences = before.preferences if before.user in (None, user) else {}
    live = sorted(
        (seat.handle, key) for key, seat in model.seats.items() if (seat.user, seat.day) == (user, model.today)
    )
    for _, key in live[: len(live) + 1 - MOST_SEATS]:
        del model.seats[key]
    seat = Seat(user=user, roles=model.people[user].roles, preferences=preferences, day=model.today)
    return _take_seat(asked, seat)


def _take_seat(asked: Asked, seat: Seat) -> str:
    """Under a new key, and with a new handle."""
    key, seen = asked.fresh("seats"), asked.seen or asked.model
    asked.model.seats[key] = replace(seat, handle=seen.seats[key].handle)
    return key


def _log_out(asked: Asked) -> str | None:
    alive = asked.seat is not None
    asked.model.seats.pop(asked.by or "", None)
    return None if alive else asked.by


def _prefer(asked: Asked) -> str | None:
    seat = asked.seat or Seat(day=asked.model.today)
    preferences = {
        name: value for name, value in {**seat.preferences, **asked.command.patch}.items() if value is not None
    }
    seat.preferences = preferences
    if asked.seat is None:
        return _take_seat(asked, seat) if preferences else asked.by
    return asked.by


def _change_password(asked: Asked) -> str | None:
    model, command = asked.model, asked.command
    model.people[asked.user or ""].password_hash = command.password_hash
    model.events["PasswordChanged"] += 1
    seat = model.seats.pop(asked.by or "")
    _end_all(asked, seat.user)
    return _take_seat(asked, seat)


def _end_all(asked: Asked, user: str | None) -> None:
    for key in [key for key, seat in asked.model.seats.items() if seat.user == user]:
        del asked.model.seats[key]


def _end_sessions(asked: Asked) -> str | None:
    _end_all(asked, asked.user)
    return None


def _end_session(asked: Asked) -> str | None:
    (key,) = (key for key, seat in asked.model.seats.items() if seat.handle == asked.command.handle)
    del asked.model.seats[key]
    return None if key == asked.by else asked.by


def _rename(asked: Asked) -> str | None:
    asked.model.people[asked.user or ""].name = asked.command.name
    return asked.by


def _grant_staff(asked: Asked) -> str | None:
    for user, person in asked.model.people.items():
        if person.email.casefold() == asked.command.email.key and person.roles != "staff":
            person.roles = "staff"
            _end_all(asked, user)
    return asked.by


def _clear_expired(asked: Asked) -> str | None:
    model = asked.model
    for key in [key for key, seat in model.seats.items() if seat.day < model.today]:
        del model.seats[key]
    for key in [key for key, kept in model.kept.items() if kept.answer is not None and model.days[key] < model.today]:
        del model.kept[key]
    return asked.by


def _stay(asked: Asked) -> str | None:
    return asked.by


DOES: Final[dict[type, Callable[[Asked], str | None]]] = {
    ChangePassword: _change_password,
    ChangePreferences: _prefer,
    ClearExpired: _clear_expired,
    CountAttempt: _stay,
    EndSession: _end_session,
    EndSessions: _end_sessions,
    ForgiveAttempt: _stay,
    GrantStaff: _grant_staff,
    LogIn: _log_in,
    LogOut: _log_out,
    Rename: _rename,
    SignUp: _sign_up,
    Touch: _stay,
}
"""Each changes the model, and says which session the visitor's cookie stands for afterwards."""
