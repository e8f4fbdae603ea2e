"""Stock: nothing is promised that is not there, and every promise is kept or taken back (L4)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog import HIGHEST_PRICE, MOST_IN_STOCK, Product, Quantity, Sku
from domain.errors import InsufficientStock, LawBroken, OutOfRange
from domain.identifiers import AdjustmentId
from domain.money import Currency, Money

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
EUR = Currency("EUR")
STEPS = st.sampled_from(["reserve", "release", "take", "put_back", "adjust"])


def mug(on_hand: int = 0, reserved: int = 0) -> Product:
    return Product(sku=Sku("mug"), name="Mug", price=Money(1200, EUR), on_hand=on_hand, reserved=reserved)


def adjust(product: Product, delta: int):
    return product.adjust(AdjustmentId("x"), delta, "counted", NOON)


@given(st.lists(st.tuples(STEPS, st.integers(1, 20)), max_size=40))
def test_whatever_happens_there_is_at_least_what_is_promised(history: list[tuple[str, int]]):
    product, promised, expected = mug(10), 0, 10

    for step, number in history:
        before = product.on_hand, product.reserved
        try:
            if step == "adjust":
                adjust(product, -number)
            else:
                getattr(product, step)(Quantity(number))
        except (InsufficientStock, LawBroken):
            assert (product.on_hand, product.reserved) == before
            continue
        promised += {"reserve": number, "release": -number, "take": -number}.get(step, 0)
        expected += {"take": -number, "put_back": number, "adjust": -number}.get(step, 0)

    assert (product.on_hand, product.reserved) == (expected, promised)
    assert product.on_hand >= product.reserved >= 0 and product.available == expected - promised


@given(st.integers(0, 999), st.integers(1, 999))
def test_a_promise_is_made_only_of_what_is_available(available: int, wanted: int):
    product = mug(available + 5, 5)

    if wanted <= available:
        product.reserve(Quantity(wanted))
        assert (product.on_hand, product.reserved) == (available + 5, wanted + 5)
    else:
        with pytest.raises(InsufficientStock) as refusal:
            product.reserve(Quantity(wanted))
        assert refusal.value.members == {"sku": "mug", "available": available} and product.reserved == 5


def test_a_promise_kept_leaves_the_warehouse_and_one_taken_back_does_not():
    kept, broken = mug(10, 3), mug(10, 3)

    kept.take(Quantity(3))
    broken.release(Quantity(3))

    assert (kept.on_hand, kept.reserved) == (7, 0) and (broken.on_hand, broken.reserved) == (10, 0)


@pytest.mark.parametrize("step", ["release", "take"])
def test_what_was_never_promised_cannot_be_given_up(step: str):
    product = mug(10, 2)

    with pytest.raises(LawBroken):
        getattr(product, step)(Quantity(3))

    assert (product.on_hand, product.reserved) == (10, 2)


def test_an_adjustment_says_why():
    product = mug(10)

    adjustment = adjust(product, -4)

    assert product.on_hand == 6
    assert (adjustment.sku, adjustment.delta, adjustment.reason, adjustment.created_at) == ("mug", -4, "counted", NOON)


def test_an_adjustment_stays_within_what_can_be():
    with pytest.raises(InsufficientStock):
        adjust(mug(10, 4), -7)
    with pytest.raises(OutOfRange):
        adjust(mug(10), MOST_IN_STOCK - 9)

    assert adjust(mug(10, 4), -6) and adjust(mug(10), MOST_IN_STOCK - 10)


@pytest.mark.parametrize("price", [0, -1, HIGHEST_PRICE + 1])
def test_a_price_is_what_somebody_could_pay(price: int):
    product = mug()

    with pytest.raises(ValueError, match="price takes"):
        product.reprice(Money(price, EUR))
    product.reprice(Money(HIGHEST_PRICE, EUR))
    product.reprice(Money(1, EUR))

    assert product.price == Money(1, EUR)


def test_a_product_may_be_renamed():
    product = mug()

    product.rename("  Grand mug ")

    assert product.name == "Grand mug"
    with pytest.raises(ValueError, match="name takes"):
        product.rename("")


@pytest.mark.parametrize("code", ["mug", "A", "0", "a.b-c_d", "x" * 64])
def test_a_sku_is_short_and_plain(code: str):
    assert Sku(code) == code


@pytest.mark.parametrize("code", ["", "-a", ".a", "_a", "a b", "é", "a\n", "a/b", "x" * 65, "\ud800"])
def test_anything_else_is_no_sku(code: str):
    with pytest.raises(ValueError, match="sku takes"):
        Sku(code)


@pytest.mark.parametrize("number", [0, -1, 1000, 10**30])
def test_a_quantity_is_1_to_999(number: int):
    with pytest.raises(ValueError, match="1 to 999"):
        Quantity(number)

    assert (Quantity(1), Quantity(999)) == (1, 999)
