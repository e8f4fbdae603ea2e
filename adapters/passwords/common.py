"""Passwords that are guessed first: everybody's favourites, and one's own name."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from unicodedata import normalize


class CommonPasswords:
    """Refuses common values, and those made from the person's own name or address (NIST SP 800-63B-4, 3.1.1.2)."""

    def weak(self, password: str, *personal: str) -> str | None:
        """Why it is too easy, in a sentence that does not repeat it; None for a good one."""
        if _folded(password) in _common():
            return "This password is one of those that everybody tries first."
        if _bare(_folded(password)) in {_bare(word) for text in personal for word in _words(_folded(text))}:
            return "This password is made from your own name or e-mail address."
        return None


@cache
def _common() -> frozenset[str]:
    return frozenset(files("adapters.passwords").joinpath("common.txt").read_text("utf-8").splitlines())


def _folded(text: str) -> str:
    return normalize("NFKC", text).casefold()


def _words(text: str) -> Iterator[str]:
    """A name or an address as a whole, what stands before the @, and each word of that."""
    before_at = text.partition("@")[0]
    yield text
    yield before_at
    yield from re.split(r"[\W_]+", before_at)


def _bare(text: str) -> str:
    """Without what people add to feel safe: spaces, separators, and digits at the end."""
    joined = re.sub(r"[\W_]+", "", text)
    return joined.rstrip("0123456789") or joined or text
