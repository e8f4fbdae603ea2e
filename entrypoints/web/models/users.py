"""Users over the wire. A password is taken as it is: never cut, trimmed or changed."""

from __future__ import annotations

from typing import Annotated, Self

from email_validator import EmailNotValidError, validate_email
from pydantic import Field

from domain.text import one_line
from domain.users import LONGEST_EMAIL, LONGEST_NAME, Email
from entrypoints.web.models.accounts import AccountOut
from entrypoints.web.models.common import In, Out, Told, absent, shown, text
from service_layer.commands import Rename
from service_layer.views import UserView

GUESS = 1024  # characters of a password to be checked; longer than any that was ever taken


def email(address: str) -> Email:
    """An address that could be one (RFC 5322, RFC 6531), its domain in one spelling. Raises `ValueError`."""
    try:
        checked = validate_email(Email(address).address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ValueError("email takes an address such as ada@example.com") from None
    return Email(checked.normalized)


AnEmail = Annotated[Email, text(email), Told(format="email", maxLength=LONGEST_EMAIL, examples=["ada@example.com"])]
PersonName = Annotated[
    str,
    text(lambda name: one_line(name, what="name", longest=LONGEST_NAME)),
    Told(minLength=1, maxLength=LONGEST_NAME, examples=["Ada"]),
]
_PASSWORD = Told(format="password", examples=["plenty-of-room-42"])
NewPassword = Annotated[str, Field(min_length=8, max_length=128), _PASSWORD]
OldPassword = Annotated[str, Field(max_length=GUESS), _PASSWORD]


class SignUpIn(In):
    """Who wants to buy."""

    model_config = shown({"name": "Ada", "email": "ada@example.com", "password": "plenty-of-room-42"})

    name: PersonName
    email: AnEmail
    password: NewPassword


class UserPatchIn(In):
    """What to change of oneself."""

    model_config = shown({"name": "Augusta"})

    name: Annotated[PersonName, Field(default_factory=absent)]

    def command(self, tags: frozenset[str]) -> Rename:
        return Rename(name=self.name, tags=tags)


class PasswordIn(In):
    """A new password, and the one that it replaces."""

    model_config = shown({"current_password": "plenty-of-room-42", "new_password": "a-better-one-43"})

    current_password: OldPassword
    new_password: NewPassword


class UserOut(Out):
    """A user and their accounts."""

    id: str
    name: str
    email: str
    accounts: list[AccountOut]

    @classmethod
    def of(cls, view: UserView) -> Self:
        accounts = [AccountOut.of(account) for account in view.accounts]
        return cls(id=view.id, name=view.name, email=view.email, accounts=accounts)


class SignedUpOut(UserOut):
    """A user who is new here."""

    message: str = "Welcome. Log in to place an order."
