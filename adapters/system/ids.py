"""Keys that nobody else has, and ids that nobody can guess."""

import secrets

from uuid_utils import uuid7

SECRET_BYTES = 32


class Uuid7Ids:
    """UUIDv7 (RFC 9562), strictly increasing within a process; secrets from the operating system."""

    def new(self) -> str:
        return str(uuid7())

    def secret(self) -> str:
        return secrets.token_urlsafe(SECRET_BYTES)
