"""People who buy, and the few who run the shop."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.identifiers import UserId
from domain.text import one_line

LONGEST_NAME = 200
LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3


class Role(StrEnum):
    """What a user may do beyond buying."""

    STAFF = "staff"


class Email:
    """An address as its owner wrote it; two are equal when they differ in case only.

    Raises `ValueError` unless it looks like `local@domain`.
    """

    __slots__ = ("address", "key")

    def __init__(self, address: str) -> None:
        self.address = one_line(address, what="email", longest=LONGEST_EMAIL)
        local, at, host = self.address.rpartition("@")
        if not (local and at and host) or any(character.isspace() for character in self.address):
            raise ValueError("email takes an address such as ada@example.com")
        self.key = self.address.casefold()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Email) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __str__(self) -> str:
        return self.address

    def __repr__(self) -> str:
        return f"Email({self.key[0]}…)"  # an address in a log identifies a person


@dataclass(eq=False, kw_only=True)
class User:
    """Somebody with a password. `version` counts the committed changes."""

    id: UserId
    name: str
    email: Email
    password_hash: str = field(repr=False)
    registered_at: datetime
    roles: frozenset[Role] = frozenset()
    disabled_at: datetime | None = None
    version: int = 1

    def rename(self, name: str) -> None:
        """Raises `ValueError` for an empty or overlong name."""
        self.name = one_line(name, what="name", longest=LONGEST_NAME)

    def change_password(self, password_hash: str) -> None:
        self.password_hash = password_hash

    def grant(self, role: Role) -> None:
        self.roles = self.roles | {role}

    def disable(self, at: datetime) -> None:
        """A disabled user cannot log in. Disabling twice keeps the first moment."""
        self.disabled_at = self.disabled_at or at

    def enable(self) -> None:
        self.disabled_at = None
