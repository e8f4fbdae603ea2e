"""The sandbox's tokens: what each of them stands for."""

from hashlib import sha256
from typing import Final

VISA: Final = "pm_card_visa"
DECLINED: Final = "pm_card_chargeDeclined"
INSUFFICIENT_FUNDS: Final = "pm_card_chargeDeclinedInsufficientFunds"
SLOW: Final = "pm_sandbox_slow"
TIMEOUT_CHARGED: Final = "pm_sandbox_timeout_charged"
TIMEOUT_UNCHARGED: Final = "pm_sandbox_timeout_uncharged"
UNAVAILABLE: Final = "pm_sandbox_unavailable"

_GOOD: Final = frozenset({VISA, SLOW, TIMEOUT_CHARGED})
_DECLINE_CODES: Final = {DECLINED: "generic_decline", INSUFFICIENT_FUNDS: "insufficient_funds"}


def decline_code(token: str) -> str | None:
    """Why the card is declined, in Stripe's words (https://docs.stripe.com/declines/codes), or None."""
    return None if token in _GOOD else _DECLINE_CODES.get(token, "invalid_token")


def fingerprint(key: str, token: str) -> bytes:
    """Tells whether a key comes again with the same token, and nothing else: the token is never kept."""
    return sha256(f"{key}\0{token}".encode()).digest()
