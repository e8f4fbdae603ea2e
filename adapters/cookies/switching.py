"""Cookie values while a shop changes from one way of sealing them to another."""

from __future__ import annotations

from service_layer.ports.cookies import CookieSeal, Opened


class SwitchingCookies:
    """Sealed the new way; what was sealed the old way still opens, and is to be sealed anew."""

    def __init__(self, new: CookieSeal, old: CookieSeal) -> None:
        self._new = new
        self._old = old

    def seal(self, content: str) -> str:
        """Raises `SessionTooLarge`."""
        return self._new.seal(content)

    def open(self, value: str) -> Opened | None:
        """None for what neither of them has sealed."""
        opened = self._new.open(value)
        if opened is None and (opened := self._old.open(value)) is not None:
            return Opened(opened.content, renew=True)
        return opened
