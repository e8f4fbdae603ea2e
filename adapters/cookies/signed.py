"""Cookie values that are signed: anybody can read them, nobody else can write them."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from itsdangerous import Signer
from itsdangerous.signer import SigningAlgorithm

from service_layer.ports.cookies import Opened
from service_layer.ports.errors import SessionTooLarge

LARGEST = 4096  # bytes of name, "=" and value: what every browser takes (RFC 6265, section 6.1)
_PLAIN = re.compile(r"[A-Za-z0-9_-]*")
_ENCODED = "~"  # legal in a cookie, and never at the beginning of plain content


class HmacSha256(SigningAlgorithm):
    """As itsdangerous makes it, in one call instead of one for each step: every request has a cookie to open."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha256")


class SignedCookies:
    """HMAC-SHA-256 under the newest of `secrets`, which come newest first; all of them verify.

    `purpose` is the salt: what was signed for one use is worth nothing for another. Content of other characters
    than base64url's own is encoded, so that the value is one that every browser keeps as it is.
    """

    def __init__(self, name: str, secrets: Sequence[str], purpose: str) -> None:
        self._name = name
        self._signers = [_signer(secret, f"lockstep {purpose}") for secret in secrets]

    def seal(self, content: str) -> str:
        """Raises `SessionTooLarge`."""
        value = self._signers[0].sign(_encode(content)).decode()
        if self._size(value) > LARGEST:
            raise SessionTooLarge(f"The session exceeds the {LARGEST} bytes of a cookie.")
        return value

    def open(self, value: str) -> Opened | None:
        """None for whatever is not, byte for byte, what `seal` returned under one of the secrets.

        The signature is made again and compared as text. To decode the one that came would accept several
        spellings of it, since the last character of base64 has bits that stand for nothing.
        """
        if self._size(value) > LARGEST or not value.isascii():
            return None
        text = value.rpartition(".")[0]
        for age, signer in enumerate(self._signers):
            if hmac.compare_digest(signer.sign(text), value.encode()):
                return Opened(_decode(text), renew=age > 0)
        return None

    def _size(self, value: str) -> int:
        return len(self._name) + len("=") + len(value)


def _signer(secret: str, salt: str) -> Signer:
    """Its key is derived once."""
    key = Signer(secret, salt=salt, key_derivation="hmac", digest_method=hashlib.sha256).derive_key()
    return Signer(key, key_derivation="none", algorithm=HmacSha256())


def _encode(content: str) -> str:
    if _PLAIN.fullmatch(content):
        return content
    return _ENCODED + urlsafe_b64encode(content.encode(errors="surrogatepass")).rstrip(b"=").decode()


def _decode(text: str) -> str:
    """Of what we have encoded ourselves."""
    if not text.startswith(_ENCODED):
        return text
    encoded = text.removeprefix(_ENCODED)
    return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode(errors="surrogatepass")
