"""Every type of problem this service answers with: its status, its title, and what a client may do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One problem code. `title` never changes, `explanation` is for the person who follows the link."""

    status: int
    title: str
    explanation: str


PROBLEM_TYPES: Final[Mapping[str, ProblemType]] = MappingProxyType(
    {
        "malformed-request": ProblemType(
            400,
            "Not a request of HTTP",
            "What came over the connection cannot be read as HTTP/1.1: a method nobody knows, a length that is no"
            " number, or something else altogether. The connection is closed.",
        ),
        "idempotency-key-missing": ProblemType(
            400,
            "An Idempotency-Key is required",
            "This operation moves money, so it takes an Idempotency-Key header: any text of your own, 255 characters"
            " at most. Send the same key when you repeat the request, and it takes effect once.",
        ),
        "idempotency-key-invalid": ProblemType(
            400,
            "The Idempotency-Key is malformed",
            "The header takes one key of 1 to 255 visible ASCII characters, bare or as a quoted string.",
        ),
        "unauthenticated": ProblemType(
            401,
            "Nobody is logged in",
            "Log in with POST /session and send the cookie it sets. A session ends when it is left alone for a while,"
            " and after its longest time in any case.",
        ),
        "invalid-credentials": ProblemType(
            401,
            "Wrong credentials",
            "The e-mail address or the password is wrong; which of them, nobody is told.",
        ),
        "card-declined": ProblemType(
            402,
            "The card was declined",
            "The bank or the gateway said no, and `decline_code` says why. Nothing was charged, ordered or held.",
        ),
        "insufficient-funds": ProblemType(
            402,
            "Insufficient funds",
            "The account holds less than this takes. Nothing was moved.",
        ),
        "forbidden": ProblemType(
            403,
            "This takes the role staff",
            "You are logged in, but this is for the staff.",
        ),
        "cross-site": ProblemType(
            403,
            "A request from another site",
            "A browser says that another site made it send this. What changes something is taken from this service's"
            " own pages and from trusted origins only.",
        ),
        "not-found": ProblemType(
            404,
            "Not found",
            "There is nothing here, or it belongs to somebody else: nobody can tell which.",
        ),
        "unknown-sku": ProblemType(
            404,
            "Unknown SKU",
            "The order names a product that is not for sale: `sku` says which.",
        ),
        "method-not-allowed": ProblemType(
            405,
            "Method not allowed",
            "This resource does not do that. The Allow header names what it does.",
        ),
        "email-taken": ProblemType(
            409,
            "The e-mail address is taken",
            "Somebody has signed up with this e-mail address already; upper and lower case make no difference.",
        ),
        "sku-taken": ProblemType(
            409,
            "The SKU is taken",
            "There is a product with this SKU already.",
        ),
        "insufficient-stock": ProblemType(
            409,
            "Insufficient stock",
            "There is less of it than this takes: `available` of the product `sku`. Nothing was changed.",
        ),
        "price-changed": ProblemType(
            409,
            "The price has changed",
            "The order would not cost what `expected_total` says, but `current_total`. Nothing was ordered.",
        ),
        "currency-mismatch": ProblemType(
            409,
            "The currencies differ",
            "Money is never converted here: both sides must be in one currency.",
        ),
        "invalid-transition": ProblemType(
            409,
            "It has come too far for that",
            "It is in the state `current`, and no rule leads from there to `wanted`.",
        ),
        "idempotency-in-progress": ProblemType(
            409,
            "The first request with this key is under way",
            "Repeat the request after the time that the Retry-After header names, with the same key.",
        ),
        "stale": ProblemType(
            412,
            "It has changed meanwhile",
            "Somebody has changed it since you read it. Read it again, and repeat with its new ETag.",
        ),
        "body-too-large": ProblemType(
            413,
            "The body is too large",
            "A request takes 64 KB of body at most.",
        ),
        "session-too-large": ProblemType(
            413,
            "The session is too large",
            "A session keeps 4 KB of preferences at most, and a cookie 4096 bytes. Nothing was changed.",
        ),
        "unsupported-media-type": ProblemType(
            415,
            "The body is not JSON",
            "Send JSON, and say so: Content-Type: application/json.",
        ),
        "validation-failed": ProblemType(
            422,
            "The request is malformed",
            "`errors` lists what is wrong: each `pointer` leads (RFC 6901) to a place in the body, and `detail` says"
            " what it takes. Nothing was changed.",
        ),
        "idempotency-key-reused": ProblemType(
            422,
            "The key belongs to another request",
            "This Idempotency-Key came with another body before. A new request takes a new key.",
        ),
        "precondition-required": ProblemType(
            428,
            "If-Match is required",
            "Read it first, then send its ETag in an If-Match header, so that nobody's change is lost.",
        ),
        "too-many-attempts": ProblemType(
            429,
            "Too many attempts",
            "There were too many wrong passwords for this account or from this address."
            " Wait as long as the Retry-After header says.",
        ),
        "header-fields-too-large": ProblemType(
            431,
            "The header fields are too large",
            "A request takes 32 KB of request line and header fields at most. Nothing was changed."
            " A browser may have gathered too many cookies for this host.",
        ),
        "internal-error": ProblemType(
            500,
            "Something broke",
            "This is our fault. Nothing was changed by this request, and the session has ended, in case it was the"
            " cause. Tell us the `request_id`.",
        ),
        "unavailable": ProblemType(
            503,
            "Out of service for the moment",
            "Something this takes is out of reach. Nothing was changed, and nobody was logged out."
            " Repeat it after the time that the Retry-After header names.",
        ),
        "outcome-unknown": ProblemType(
            503,
            "The outcome is unknown",
            "The connection was lost while this was being made durable: it may or may not have happened."
            " Repeat it with the same Idempotency-Key, or read what became of it.",
        ),
    }
)

SAID_OTHERWISE: Final[Mapping[str, str]] = MappingProxyType(
    {"weak-password": "validation-failed", "out-of-range": "validation-failed", "same-account": "validation-failed"}
)
"""Refusals of the domain that HTTP calls by another code: to a client they are wrong input."""
