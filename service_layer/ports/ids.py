"""Identity and randomness, passed in."""

from typing import Protocol


class Ids(Protocol):
    """Keys that nobody else has."""

    def new(self) -> str:
        """A UUIDv7 (RFC 9562): unique everywhere, later ones sort after earlier ones of this process."""
        ...

    def secret(self) -> str:
        """256 bits of a cryptographic generator, in base64url: nobody can guess it."""
        ...
