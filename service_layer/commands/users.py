"""What can be asked about users."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.identifiers import UserId
from domain.users import Email
from service_layer.commands.asking import Command, Query
from service_layer.repositories import Needs


@dataclass(frozen=True, kw_only=True)
class SignUp(Command):
    """A new user, with the one account everybody has. The password is hashed already."""

    name: str
    email: Email
    password_hash: str = field(repr=False)

    def needs(self, user: UserId | None) -> Needs:
        return {("users", "email"): {self.email.key}}


@dataclass(frozen=True, kw_only=True)
class Rename(Command):
    """A new name for the caller, provided the representation they read carried one of these tags."""

    name: str | None
    tags: frozenset[str]

    def needs(self, user: UserId | None) -> Needs:
        return {("users", "key"): {user}, ("accounts", "owner_id"): {user}} if user else {}


@dataclass(frozen=True, kw_only=True)
class ChangePassword(Command):
    """A new password; `checked_hash` is what the current one was checked against."""

    checked_hash: str = field(repr=False)
    password_hash: str = field(repr=False)

    def needs(self, user: UserId | None) -> Needs:
        return {("users", "key"): {user}, ("sessions", "user_id"): {user}} if user else {}


@dataclass(frozen=True, kw_only=True)
class GrantStaff(Command):
    email: Email

    def needs(self, user: UserId | None) -> Needs:
        return {("users", "email"): {self.email.key}}


@dataclass(frozen=True, kw_only=True)
class DisableUser(Command):
    """Nobody logs in as this user any more, who is named by id or by e-mail."""

    whom: UserId | Email

    def needs(self, user: UserId | None) -> Needs:
        if isinstance(self.whom, Email):
            return {("users", "email"): {self.whom.key}}
        return {("users", "key"): {self.whom}, ("sessions", "user_id"): {self.whom}}


@dataclass(frozen=True, kw_only=True)
class EnableUser(Command):
    """They may again."""

    whom: UserId | Email

    def needs(self, user: UserId | None) -> Needs:
        if isinstance(self.whom, Email):
            return {("users", "email"): {self.whom.key}}
        return {("users", "key"): {self.whom}}


@dataclass(frozen=True, kw_only=True)
class FindUser(Query):
    """For log-in: whose password to check."""

    email: Email


@dataclass(frozen=True, kw_only=True)
class SeeMe(Query):
    """The caller, or somebody who had better be the caller."""

    user_id: str | None = None
