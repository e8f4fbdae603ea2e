"""Cookie values that are encrypted: nobody else can read them, or write them."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.cookies.signed import LARGEST
from service_layer.ports.cookies import Opened
from service_layer.ports.errors import SessionTooLarge


class EncryptedCookies:
    """AES-128-CBC and HMAC-SHA-256 (Fernet) under the newest of `secrets`, which come newest first; all decrypt.

    Each key is derived from its secret for this `purpose` and no other (HKDF, RFC 5869).
    """

    def __init__(self, name: str, secrets: Sequence[str], purpose: str) -> None:
        self._name = name
        fernets = [Fernet(_key(secret, purpose)) for secret in secrets]
        self._newest, self._every = fernets[0], MultiFernet(fernets)

    def seal(self, content: str) -> str:
        """Raises `SessionTooLarge`."""
        value = self._newest.encrypt(content.encode(errors="surrogatepass")).rstrip(b"=").decode()
        if self._size(value) > LARGEST:
            raise SessionTooLarge(f"The session exceeds the {LARGEST} bytes of a cookie.")
        return value

    def open(self, value: str) -> Opened | None:
        """None for whatever is not, byte for byte, what `seal` returned under one of the secrets."""
        token = value.encode(errors="replace") + b"=" * (-len(value) % 4)
        if self._size(value) > LARGEST or "=" in value or not _is_spelled_as_we_do(token):
            return None
        try:
            return Opened(_text(self._newest.decrypt(token)), renew=False)
        except InvalidToken:
            return self._open_older(token)

    def _open_older(self, token: bytes) -> Opened | None:
        try:
            return Opened(_text(self._every.decrypt(token)), renew=True)
        except InvalidToken:
            return None

    def _size(self, value: str) -> int:
        return len(self._name) + len("=") + len(value)


def _key(secret: str, purpose: str) -> bytes:
    derived = HKDF(SHA256(), length=32, salt=None, info=f"lockstep {purpose}, encrypted".encode())
    return urlsafe_b64encode(derived.derive(secret.encode()))


def _is_spelled_as_we_do(token: bytes) -> bool:
    """Base64 has several spellings of the same bytes, and Python decodes them all."""
    try:
        return urlsafe_b64encode(urlsafe_b64decode(token)) == token
    except ValueError:
        return False


def _text(content: bytes) -> str:
    return content.decode(errors="surrogatepass")
