"""Refusals: what the business says no to, each with a stable code that clients may rely on."""

from __future__ import annotations

from typing import ClassVar


class DomainError(Exception):
    """A definite no. `code` is stable, `members` are its facts; it knows nothing of HTTP."""

    code: ClassVar[str]
    members: dict[str, object]

    def __init__(self, detail: str, **members: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.members = members


class Unauthenticated(DomainError):
    code = "unauthenticated"

    def __init__(self) -> None:
        super().__init__("Log in first.")


class Forbidden(DomainError):
    code = "forbidden"

    def __init__(self) -> None:
        super().__init__("This takes the role staff.")


class NotFound(DomainError):
    """Not there, or somebody else's: nobody can tell which."""

    code = "not-found"

    def __init__(self, what: str) -> None:
        super().__init__(f"There is no such {what}.")


class EmailTaken(DomainError):
    code = "email-taken"

    def __init__(self) -> None:
        super().__init__("There is a user with this e-mail address already.")


class InvalidCredentials(DomainError):
    code = "invalid-credentials"

    def __init__(self) -> None:
        super().__init__("The e-mail address or the password is wrong.")


class WeakPassword(DomainError):
    code = "weak-password"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class Stale(DomainError):
    code = "stale"

    def __init__(self) -> None:
        super().__init__("It has changed since you read it; read it again.")


class SkuTaken(DomainError):
    code = "sku-taken"

    def __init__(self, sku: str) -> None:
        super().__init__("There is a product with this SKU already.", sku=sku)


class UnknownSku(DomainError):
    code = "unknown-sku"

    def __init__(self, sku: str) -> None:
        super().__init__("There is no product with this SKU.", sku=sku)


class InsufficientStock(DomainError):
    code = "insufficient-stock"

    def __init__(self, sku: str, available: int) -> None:
        super().__init__("There is not enough of it in stock.", sku=sku, available=available)


class InsufficientFunds(DomainError):
    code = "insufficient-funds"

    def __init__(self) -> None:
        super().__init__("The account does not hold that much.")


class CurrencyMismatch(DomainError):
    code = "currency-mismatch"

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"The currencies differ: {one} and {other}.")


class OutOfRange(DomainError):
    code = "out-of-range"

    def __init__(self, what: str, largest: int) -> None:
        super().__init__(f"{what} may not exceed {largest}.", largest=largest)


class SameAccount(DomainError):
    code = "same-account"

    def __init__(self) -> None:
        super().__init__("Money moves between two different accounts.")


class PriceChanged(DomainError):
    code = "price-changed"

    def __init__(self, amount: int, currency: str) -> None:
        super().__init__("The total is not the expected one.", current_total={"amount": amount, "currency": currency})


class CardDeclined(DomainError):
    code = "card-declined"

    def __init__(self, decline_code: str) -> None:
        super().__init__("The card was declined.", decline_code=decline_code)


class InvalidTransition(DomainError):
    code = "invalid-transition"

    def __init__(self, current: str, wanted: str) -> None:
        super().__init__(f"It is {current} and cannot become {wanted}.", current=current, wanted=wanted)


class LawBroken(Exception):
    """A law of the design would not hold: a bug, never a refusal."""
