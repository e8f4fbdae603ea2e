"""Cookie values: sealed on the way out, opened on the way in."""

from dataclasses import dataclass, field
from typing import Protocol

from service_layer.ports.errors import SessionTooLarge as SessionTooLarge


@dataclass(frozen=True, slots=True)
class Opened:
    """What a cookie holds. `renew` where it was sealed with an old key."""

    content: str = field(repr=False)
    renew: bool


class CookieSeal(Protocol):
    """Signs what goes to the browser, and believes nothing else that comes back."""

    def seal(self, content: str) -> str:
        """A cookie value. Raises `SessionTooLarge` where name and value exceed 4096 bytes (RFC 6265, section 6.1)."""
        ...

    def open(self, value: str) -> Opened | None:
        """None for anything we have not sealed ourselves; never raises."""
        ...
