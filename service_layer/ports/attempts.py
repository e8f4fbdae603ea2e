"""Guessing, limited."""

from typing import Protocol


class Attempts(Protocol):
    """Counts failed attempts by key, such as an account or an address."""

    def wait(self, key: str) -> int:
        """Seconds until another attempt is allowed; 0 if it is."""
        ...

    def failed(self, key: str) -> None:
        """One more; it counts whatever becomes of the request."""
        ...

    def forgive(self, key: str) -> None:
        """The last one was no failure after all."""
        ...
