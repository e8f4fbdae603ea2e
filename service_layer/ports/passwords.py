"""Passwords: hashed slowly on purpose, so never inside a unit of work."""

from typing import Protocol


class PasswordHasher(Protocol):
    """Turns passwords into hashes, and knows which ones everybody tries first."""

    def hash(self, password: str) -> str: ...

    def verify(self, password: str, hashed: str | None) -> bool:
        """Takes as long for None, an unknown user, as for a hash. Never raises for a malformed one."""
        ...

    def outdated(self, hashed: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        ...


class PasswordPolicy(Protocol):
    """Which passwords are too easy."""

    def weak(self, password: str, *personal: str) -> str | None:
        """Why it is too easy, for a person with that name and e-mail address; None for a good one."""
        ...
