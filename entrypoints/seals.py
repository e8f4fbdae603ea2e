"""How the settings want the session cookie sealed."""

from __future__ import annotations

from typing import Final

from adapters.cookies.encrypted import EncryptedCookies
from adapters.cookies.signed import SignedCookies
from adapters.cookies.switching import SwitchingCookies
from entrypoints.development import session_secrets
from entrypoints.plugins import scheme_of
from entrypoints.settings import Settings
from service_layer.ports.cookies import CookieSeal

READABLE: Final = "cookie"
ENCRYPTED: Final = "cookie+encrypted"


def seal_of(settings: Settings) -> CookieSeal:
    """Signed; encrypted where a session in the cookie asks for it, and either is readable while a shop switches.

    What was sealed for one kind of session is worth nothing to another.
    """
    scheme = scheme_of(settings.session_store)
    name, secrets, purpose = settings.cookie_name, session_secrets(settings), f"session {scheme}"
    signed = SignedCookies(name, secrets, purpose)
    if scheme != READABLE:
        return signed
    encrypted = EncryptedCookies(name, secrets, purpose)
    return (
        SwitchingCookies(encrypted, signed)
        if is_encrypted(settings.session_store)
        else SwitchingCookies(signed, encrypted)
    )


def is_encrypted(url: str) -> bool:
    """Of `cookie` and `cookie+encrypted`. Raises `ValueError` for anything else."""
    kind = url.partition(":")[0].lower()
    if kind not in (READABLE, ENCRYPTED):
        raise ValueError(f"it is neither {READABLE} nor {ENCRYPTED}")
    return kind == ENCRYPTED
