"""Text that no database holds: NUL and lone surrogates. It is found nowhere, rather than refused."""

from collections.abc import Sequence


def findable(values: Sequence[str]) -> Sequence[str]:
    """Those of the values that a row could have."""
    together = "".join(values)
    if together.isascii() and "\0" not in together:  # which is next to always, and quick to see
        return values
    return [value for value in values if value == orderable(value)]


def orderable(text: str) -> str:
    """The text, or one that every database can compare with."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
