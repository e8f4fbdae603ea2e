"""The shop that every target is filled with: the same people, goods, prices and history."""

BUYERS = 1_000
PRODUCTS = 1_000
HISTORY = 10_000
"""Orders that are there before anything is measured, so that no statistics speak of an empty table."""

BALANCE = 100_000_000
STOCK = 100_000_000
CURRENCY = "EUR"


def sku(number: int) -> str:
    """All of one length, so that every request body is."""
    return f"sku-{number:04d}"


def price(number: int) -> int:
    """In minor units: 1.00 to 10.99."""
    return 100 + number


def email(number: int) -> str:
    return f"buyer-{number:04d}@example.com"
