"""Passwords hashed with Argon2id."""

import secrets

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import Argon2Error

_INVALID = (Argon2Error, ValueError)  # argon2 says ValueError of a malformed hash, Python of text that is not Unicode


class Argon2Passwords:
    """Hashes as strong as the parameters; the defaults are those of OWASP's Password Storage Cheat Sheet.

    Memory is in KiB. Passwords go in as UTF-8, whole and unchanged.
    """

    def __init__(self, *, memory_cost: int = 19_456, time_cost: int = 2, parallelism: int = 1) -> None:
        self._hasher = PasswordHasher(memory_cost=memory_cost, time_cost=time_cost, parallelism=parallelism)
        self._nobodys = self.hash(secrets.token_urlsafe())  # an unknown user costs the time of a known one

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def verify(self, password: str, hashed: str | None) -> bool:
        """Takes as long for None, an unknown user, as for a hash of today. False for a malformed hash."""
        try:
            return self._hasher.verify(self._nobodys if hashed is None else hashed, password)
        except _INVALID:
            return False

    def outdated(self, hashed: str) -> bool:
        """Whether any parameter of the hash is below today's, or it is no Argon2id hash at all."""
        try:
            then, now = extract_parameters(hashed), extract_parameters(self._nobodys)
        except _INVALID:
            return True
        return then.type is not Type.ID or any(
            made < today
            for made, today in (
                (then.memory_cost, now.memory_cost),
                (then.time_cost, now.time_cost),
                (then.parallelism, now.parallelism),
                (then.salt_len, now.salt_len),
                (then.hash_len, now.hash_len),
                (then.version, now.version),
            )
        )
