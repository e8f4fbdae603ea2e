"""What keeps the service from starting, in words for whoever starts it."""


class CannotStart(Exception):
    """Nothing was started. Each line names one cause and what mends it; none shows a secret."""

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines = lines
