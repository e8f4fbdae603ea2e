"""The catalog: what is for sale, looked at by anybody, changed by the staff."""

from __future__ import annotations

from domain.catalog import Product
from domain.errors import SkuTaken
from domain.events import StockAdjusted
from domain.identifiers import AdjustmentId
from service_layer.commands import AddProduct, AdjustStock, ChangeProduct, ListProducts, SeeProduct
from service_layer.ports.clock import Clock
from service_layer.ports.ids import Ids
from service_layer.unit_of_work import UnitOfWork
from service_layer.views import Adjusted, Page, ProductView, page_of


def see_product(query: SeeProduct, uow: UnitOfWork) -> ProductView:
    """Raises `NotFound`."""
    with uow:
        return ProductView.of(uow.products.get(query.sku))


def list_products(query: ListProducts, uow: UnitOfWork) -> Page[ProductView]:
    """By SKU."""
    with uow:
        products = uow.products.page(query.after, query.limit + 1)
        return page_of([ProductView.of(product) for product in products], query.limit)


def add_product(command: AddProduct, uow: UnitOfWork, clock: Clock, ids: Ids) -> ProductView:
    """Raises `Forbidden`, `SkuTaken`, and `ValueError` for a name or price that no product can have."""
    with uow:
        uow.session.require_staff()
        if uow.products.find(command.sku) is not None:
            raise SkuTaken(command.sku)
        product = Product(sku=command.sku, name=command.name, price=command.price)
        product.rename(command.name)
        product.reprice(command.price)
        uow.products.add(product)
        if command.on_hand:
            adjustment_id = AdjustmentId(ids.new())
            uow.adjustments.add(product.adjust(adjustment_id, command.on_hand, "initial stock", clock.now()))
        uow.commit()
        return ProductView.of(product)


def change_product(command: ChangeProduct, uow: UnitOfWork) -> ProductView:
    """Raises `Forbidden`, `NotFound`."""
    with uow:
        uow.session.require_staff()
        product = uow.products.get(command.sku)
        if command.name is not None:
            product.rename(command.name)
        if command.price is not None:
            product.reprice(command.price)
        uow.commit()
        return ProductView.of(product)


def adjust_stock(command: AdjustStock, uow: UnitOfWork, clock: Clock, ids: Ids) -> Adjusted:
    """Raises `Forbidden`, `NotFound`, and `InsufficientStock` below what is promised to pending orders."""
    with uow:
        uow.session.require_staff()
        now, product = clock.now(), uow.products.get(command.sku)
        adjustment = product.adjust(AdjustmentId(ids.new()), command.delta, command.reason, now)
        uow.adjustments.add(adjustment)
        uow.publish(StockAdjusted(sku=product.sku, delta=command.delta, at=now))
        uow.commit()
        return Adjusted(adjustment, product.on_hand, product.available)
