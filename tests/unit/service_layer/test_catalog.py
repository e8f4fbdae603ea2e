"""The catalog: looked at by anybody, changed by the staff."""

from __future__ import annotations

import pytest

from domain.catalog import MOST_IN_STOCK, Sku
from domain.errors import Forbidden, InsufficientStock, NotFound, OutOfRange, SkuTaken, Unauthenticated
from service_layer.commands import AddProduct, AdjustStock, ChangeProduct, ListProducts, SeeProduct
from service_layer.handlers.catalog import add_product, adjust_stock, change_product, list_products, see_product
from service_layer.visitor import Visitor
from tests.kit.asking import eur
from tests.kit.shop import Shop

MUG = AddProduct(sku=Sku("mug"), name="Mug", price=eur(1200), on_hand=10)
CHANGES = [
    (add_product, AddProduct(sku=Sku("cup"), name="Cup", price=eur(300), on_hand=1)),
    (change_product, ChangeProduct(sku="mug", name="Cup", price=None)),
    (adjust_stock, AdjustStock(sku="mug", delta=1, reason="found")),
]


def see(shop: Shop, sku: str = "mug"):
    return shop.do(see_product, SeeProduct(sku=sku), Visitor())


@pytest.mark.parametrize("on_hand", [0, 10])
def test_a_new_product_can_be_bought_as_far_as_there_is_stock(shop: Shop, on_hand: int):
    added = shop.do(add_product, AddProduct(sku=Sku("mug"), name="Mug", price=eur(1200), on_hand=on_hand))

    assert (added.sku, added.name, added.price, added.available) == ("mug", "Mug", eur(1200), on_hand)
    assert see(shop) == added and len(shop.rows("adjustments")) == (1 if on_hand else 0)


def test_a_sku_is_taken_once(shop: Shop):
    shop.do(add_product, MUG)

    with shop.refuses(SkuTaken):
        shop.do(add_product, MUG)


@pytest.mark.parametrize(("name", "price"), [("", 1200), ("a\nb", 1200), ("x" * 201, 1200), ("Mug", 0), ("Mug", -1)])
def test_what_no_product_can_be_is_not_added(shop: Shop, name: str, price: int):
    with shop.refuses(ValueError):
        shop.do(add_product, AddProduct(sku=Sku("mug"), name=name, price=eur(price), on_hand=1))


@pytest.mark.parametrize(("handler", "command"), CHANGES)
def test_only_the_staff_changes_it(shop: Shop, handler, command):
    shop.do(add_product, MUG)
    ada, stranger = shop.account(), Visitor()

    with shop.refuses(Forbidden, ada):
        shop.do(handler, command, ada)
    with shop.refuses(Unauthenticated, stranger):
        shop.do(handler, command, stranger)


def test_a_change_leaves_alone_what_it_does_not_name(shop: Shop):
    before = shop.do(add_product, MUG)

    renamed = shop.do(change_product, ChangeProduct(sku="mug", name=" Beaker ", price=None))
    repriced = shop.do(change_product, ChangeProduct(sku="mug", name=None, price=eur(900)))

    assert (renamed.name, renamed.price) == ("Beaker", eur(1200))
    assert (repriced.name, repriced.price) == ("Beaker", eur(900)) == (see(shop).name, see(shop).price)
    assert len({before.tag, renamed.tag, repriced.tag}) == 3


def test_a_price_that_changes_does_not_change_what_was_bought(shop: Shop):
    ada = shop.account(balance=5000)
    shop.do(add_product, MUG)
    order = shop.order(ada)

    shop.do(change_product, ChangeProduct(sku="mug", name=None, price=eur(900)))

    assert order.total == eur(1200) == shop.rows("orders")[0]["total"]


def test_stock_is_adjusted_for_a_reason(shop: Shop):
    shop.do(add_product, MUG)

    more = shop.do(adjust_stock, AdjustStock(sku="mug", delta=5, reason="delivery"))
    less = shop.do(adjust_stock, AdjustStock(sku="mug", delta=-15, reason="flood"))

    assert (more.on_hand, less.available, less.adjustment.reason) == (15, 0, "flood")
    assert [row["delta"] for row in shop.rows("adjustments")] == [10, 5, -15]
    assert shop.events == ["StockAdjusted"] * 2


def test_what_is_promised_cannot_be_adjusted_away(shop: Shop):
    ada = shop.account()
    shop.do(add_product, MUG)
    shop.reserve(ada, quantity=4)

    with shop.refuses(InsufficientStock):
        shop.do(adjust_stock, AdjustStock(sku="mug", delta=-7, reason="flood"))


@pytest.mark.parametrize("on_hand", [-1, MOST_IN_STOCK + 1])
def test_nobody_begins_with_an_impossible_stock(shop: Shop, on_hand: int):
    with shop.refuses(InsufficientStock if on_hand < 0 else OutOfRange):
        shop.do(add_product, AddProduct(sku=Sku("mug"), name="Mug", price=eur(1), on_hand=on_hand))


@pytest.mark.parametrize(
    ("handler", "command"),
    [(see_product, SeeProduct(sku="mug")), *CHANGES[1:]],
)
def test_what_was_never_for_sale_is_not_found(shop: Shop, handler, command):
    with shop.refuses(NotFound):
        shop.do(handler, command)


def test_products_are_listed_by_sku_page_by_page(shop: Shop):
    for sku in ("mug", "cup", "pot"):
        shop.product(sku)

    first = shop.do(list_products, ListProducts(after=None, limit=2), Visitor())
    rest = shop.do(list_products, ListProducts(after="mug", limit=2), Visitor())

    assert [product.sku for product in first.data] == ["cup", "mug"] and first.has_more
    assert [product.sku for product in rest.data] == ["pot"] and not rest.has_more
