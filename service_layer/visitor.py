"""Who sent a request, and what must go back in its cookie."""

from dataclasses import dataclass


@dataclass(slots=True)
class Visitor:
    """`cookie` is the value that came, later the newest committed one; `operator` holds the operators' token.

    What the web layer has to do: set the cookie where `renewed`, delete it where `dead`.
    """

    cookie: str | None = None
    operator: bool = False
    ip: str = ""
    user_agent: str = ""
    request_id: str = ""
    read: bool = False
    renewed: bool = False
    dead: bool = False
    touch_due: bool = False

    def saw(self, *, dead: bool, touch_due: bool) -> None:
        """The session was looked up."""
        self.read, self.dead, self.touch_due = True, dead, touch_due

    def take_cookie(self, value: str) -> None:
        """A commit has made this the visitor's cookie."""
        self.cookie, self.renewed, self.dead, self.touch_due = value, True, False, False

    def forget_cookie(self) -> None:
        """The session is no more, and neither is its cookie."""
        self.cookie, self.renewed, self.dead, self.touch_due = None, False, True, False
