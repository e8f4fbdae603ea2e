"""Text that a person typed: no control characters, no half characters, a length that is checked."""

import unicodedata

_UNWANTED = frozenset({"Cc", "Cs", "Zl", "Zp"})  # control, lone surrogate, line and paragraph separators


def one_line(text: str, *, what: str, longest: int) -> str:
    """`text` stripped and in NFC, 1 to `longest` characters. Raises `ValueError`, which says what is wrong."""
    if any(unicodedata.category(character) in _UNWANTED for character in text):
        raise ValueError(f"{what} must not contain control characters or lone surrogates")
    stripped = unicodedata.normalize("NFC", text.strip())
    if not 1 <= len(stripped) <= longest:
        raise ValueError(f"{what} takes 1 to {longest} characters")
    return stripped
