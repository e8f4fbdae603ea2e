"""Who sent a request, and what must go back in its cookie."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Visitor:
    """`cookie` is the value that came, later the newest committed one; `operator` holds the operators' token.

    `user_id` is whose session it was when it was last looked up, and `staff` what they were then, for the log.

    What the web layer has to do: set the cookie where `renewed`, delete it where `dead`.
    """

    cookie: str | None = field(default=None, repr=False)
    operator: bool = False
    ip: str = ""
    user_agent: str = ""
    request_id: str = ""
    user_id: str | None = None
    staff: bool = False
    read: bool = False
    renewed: bool = False
    dead: bool = False
    touch_due: bool = False

    def saw(self, *, dead: bool, touch_due: bool, user_id: str | None = None, staff: bool = False) -> None:
        """The session was looked up."""
        self.read, self.dead, self.touch_due = True, dead, touch_due
        self.user_id, self.staff = user_id, staff

    def take_cookie(self, value: str) -> None:
        """A commit has made this the visitor's cookie."""
        self.cookie, self.renewed, self.dead, self.touch_due = value, True, False, False

    def forget_cookie(self) -> None:
        """The session is no more, and neither is its cookie."""
        self.cookie, self.renewed, self.dead, self.touch_due = None, False, True, False
