"""Orders looked at, listed, fulfilled."""

from __future__ import annotations

import pytest

from domain.errors import (
    Forbidden,
    InvalidTransition,
    NotFound,
    Unauthenticated,
)
from domain.identifiers import OrderId
from domain.orders import OrderStatus
from domain.payments import PaymentMethod
from service_layer.commands import FulfillOrder, ListOrders, SeeOrder
from service_layer.handlers.orders import fulfill_order, list_orders, see_order
from service_layer.visitor import Visitor
from tests.kit.service import Customer
from tests.kit.shop import Shop


class TestLooking:
    def see(self, shop: Shop, by: Customer | Visitor | None, order_id: str):
        return shop.do(see_order, SeeOrder(order_id=order_id), by)

    def test_an_order_is_seen_by_its_owner_and_the_staff(self, shop: Shop):
        ada = shop.account(balance=5000)
        shop.product()

        receipt = shop.order(ada)

        assert self.see(shop, ada, receipt.id) == self.see(shop, None, receipt.id) == receipt

    def test_for_anybody_else_it_is_not_there(self, shop: Shop):
        ada, eve = shop.account(balance=5000), shop.account()
        shop.product()
        receipt = shop.order(ada)

        with pytest.raises(NotFound):
            self.see(shop, eve, receipt.id)
        with pytest.raises(NotFound):
            self.see(shop, eve, "no-such-order")
        with pytest.raises(Unauthenticated):
            self.see(shop, Visitor(), receipt.id)

    def test_a_list_has_ones_own_orders_newest_first_page_by_page(self, shop: Shop):
        ada, eve = shop.account(balance=50_000), shop.account(balance=5000)
        shop.product()
        ids = [shop.order(ada).id for _ in range(5)]
        shop.order(eve)

        first = shop.do(list_orders, ListOrders(after=None, limit=3), ada)
        second = shop.do(list_orders, ListOrders(after=first.data[-1].id, limit=3), ada)

        assert [receipt.id for receipt in first.data + second.data] == ids[::-1]
        assert (first.has_more, second.has_more) == (True, False)
        assert all(receipt.method is PaymentMethod.BALANCE for receipt in first.data)

    def test_nobody_sees_a_list_without_a_log_in(self, shop: Shop):
        with pytest.raises(Unauthenticated):
            shop.do(list_orders, ListOrders(after=None, limit=3), Visitor())


class TestFulfilling:
    def fulfill(self, shop: Shop, order_id: str, by: Customer | None = None):
        return shop.do(fulfill_order, FulfillOrder(order_id=OrderId(order_id)), by)

    def test_what_left_the_house_is_fulfilled_once(self, shop: Shop):
        ada = shop.account(balance=5000)
        shop.product()
        order = shop.order(ada)

        receipt = self.fulfill(shop, order.id)
        again = self.fulfill(shop, order.id)

        assert receipt.status is OrderStatus.FULFILLED and again == receipt and receipt.tag != order.tag
        assert shop.events == ["OrderConfirmed", "OrderFulfilled"]

    def test_only_the_staff_says_so(self, shop: Shop):
        ada = shop.account(balance=5000)
        shop.product()
        order = shop.order(ada)

        with shop.refuses(Forbidden, ada):
            self.fulfill(shop, order.id, ada)

    def test_what_is_not_paid_for_stays(self, shop: Shop):
        ada = shop.account()
        shop.product()
        in_flight = shop.reserve(ada)

        with shop.refuses(InvalidTransition):
            self.fulfill(shop, in_flight.order_id or "")

    def test_what_was_never_ordered_is_not_found(self, shop: Shop):
        with shop.refuses(NotFound):
            self.fulfill(shop, "no-such-order")
