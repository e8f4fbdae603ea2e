"""Orders and payments: from where to where each may go, and that an end is an end (L5, L7, L8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog import Product, Quantity, Sku
from domain.errors import CurrencyMismatch, InvalidTransition, LawBroken
from domain.events import OrderCanceled, OrderConfirmed, OrderFulfilled
from domain.identifiers import OrderId, PaymentId, UserId
from domain.money import Currency, Money
from domain.orders import Order, OrderLine, OrderStatus, line_of
from domain.payments import Payment, PaymentMethod, PaymentStatus

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
LATER = NOON + timedelta(seconds=6)
EUR = Currency("EUR")
STEPS = ["confirm", "fulfill", "cancel"]
ALLOWED = {("pending", "confirm"), ("pending", "cancel"), ("confirmed", "fulfill"), ("confirmed", "cancel")}


def line(sku: str = "mug", quantity: int = 2, price: Money = Money(1200, EUR)) -> OrderLine:  # noqa: B008 (frozen)
    return OrderLine(Sku(sku), sku.title(), Quantity(quantity), price)


def order() -> Order:
    return Order.place(OrderId("o"), UserId("ada"), (line(),), NOON)


def payment(status: PaymentStatus = PaymentStatus.AUTHORIZING) -> Payment:
    amount = Money(2400, EUR)
    return Payment(
        id=PaymentId("p"),
        owner_id=UserId("ada"),
        method=PaymentMethod.CARD,
        amount=amount,
        created_at=NOON,
        status=status,
    )


class TestOrders:
    @given(st.lists(st.tuples(st.integers(1, 999), st.integers(1, 10**9)), min_size=1, max_size=20))
    def test_a_total_is_the_sum_of_the_lines(self, lines: list[tuple[int, int]]):
        made = tuple(line(f"s{n}", quantity, Money(price, EUR)) for n, (quantity, price) in enumerate(lines))

        placed = Order.place(OrderId("o"), UserId("ada"), made, NOON)

        assert placed.total.amount == sum(quantity * price for quantity, price in lines)
        assert (placed.status, placed.placed_at, placed.owner_id) == (OrderStatus.PENDING, NOON, "ada")

    def test_an_order_has_a_line_and_one_for_each_sku(self):
        for lines in ((), (line("mug"), line("mug", 1))):
            with pytest.raises(LawBroken):
                Order.place(OrderId("o"), UserId("ada"), lines, NOON)

    def test_an_order_has_one_currency(self):
        with pytest.raises(CurrencyMismatch):
            Order.place(OrderId("o"), UserId("ada"), (line("mug"), line("cup", price=Money(5, Currency("JPY")))), NOON)

    def test_a_line_keeps_the_name_and_price_of_its_moment(self):
        mug = Product(sku=Sku("mug"), name="Mug", price=Money(1200, EUR))
        made = line_of(mug, Quantity(2))
        mug.rename("Beaker")
        mug.reprice(Money(1, EUR))

        assert (made.name, made.unit_price, made.total) == ("Mug", Money(1200, EUR), Money(2400, EUR))

    @given(st.lists(st.sampled_from(STEPS), max_size=6))
    def test_it_goes_where_it_may_and_nowhere_else(self, steps: list[str]):
        placed = order()

        for number, step in enumerate(steps):
            before = dict(vars(placed))
            at = NOON + timedelta(seconds=number)
            if (placed.status, step) in ALLOWED:
                getattr(placed, step)(at)
                moment = {"confirm": "confirmed_at", "fulfill": "fulfilled_at", "cancel": "canceled_at"}[step]
                assert getattr(placed, moment) == at and placed.status == moment.removesuffix("_at")
            else:
                with pytest.raises(InvalidTransition):
                    getattr(placed, step)(at)
                assert vars(placed) == before

    def test_each_step_is_an_event(self):
        one, other = order(), order()

        assert one.confirm(NOON) == OrderConfirmed(
            order_id=OrderId("o"), owner_id=UserId("ada"), total=Money(2400, EUR), at=NOON
        )
        assert one.fulfill(LATER) == OrderFulfilled(order_id=OrderId("o"), owner_id=UserId("ada"), at=LATER)
        assert other.cancel(LATER) == OrderCanceled(
            order_id=OrderId("o"), owner_id=UserId("ada"), total=Money(2400, EUR), at=LATER
        )

    def test_a_refusal_says_from_where_to_where(self):
        placed = order()
        placed.cancel(NOON)

        with pytest.raises(InvalidTransition) as refusal:
            placed.confirm(NOON)

        assert refusal.value.members == {"current": "canceled", "wanted": "confirmed"}


class TestPayments:
    ENDS = (PaymentStatus.DECLINED, PaymentStatus.VOIDED, PaymentStatus.REFUNDED)
    PATHS = (
        "authorizing authorized captured refunding refunded",
        "authorizing authorized voiding voided",
        "authorizing voiding refunded",
        "authorizing declined",
        "authorizing review voiding voided",
        "authorized review voided",
        "captured refunded",
        "voiding review refunded",
        "refunding review",
    )

    @pytest.mark.parametrize("path", PATHS)
    def test_it_may_go_on_every_way_that_leads_somewhere(self, path: str):
        steps = [PaymentStatus(step) for step in path.split()]
        made = payment(steps[0])

        for step in steps[1:]:
            made.become(step)

        assert made.status is steps[-1]

    @pytest.mark.parametrize("start", PaymentStatus)
    def test_and_on_no_other(self, start: PaymentStatus):
        ways = {pair for path in self.PATHS for pair in pairwise(path.split())} | {("authorized", "review")}

        for wanted in PaymentStatus:
            made = payment(start)
            assert made.may_become(wanted) == ((start, wanted) in ways)
            if not made.may_become(wanted):
                with pytest.raises(InvalidTransition):
                    made.become(wanted)
                assert made.status is start

    @pytest.mark.parametrize("end", ENDS)
    def test_an_end_is_an_end(self, end: PaymentStatus):
        assert not any(payment(end).may_become(wanted) for wanted in PaymentStatus)

    def test_the_card_is_forgotten_as_soon_as_the_gateway_has_answered(self):
        made = payment()
        made.token = "pm_card_visa"  # noqa: S105
        assert "pm_card_visa" not in repr(made)
        assert made.lease(NOON, LATER)

        made.decline("generic_decline")

        assert (made.token, made.lease_until, made.decline_code) == (None, None, "generic_decline")

    def test_one_at_a_time_drives_it(self):
        made = payment()

        assert made.lease(NOON, LATER) and not made.lease(LATER - timedelta(microseconds=1), LATER + timedelta(days=1))
        assert (made.attempts, made.lease_until) == (1, LATER)
        assert made.lease(LATER, LATER + timedelta(seconds=6)) and made.attempts == 2

    def test_who_gives_up_lets_the_next_one_try_and_a_client_knows(self):
        made = payment()
        made.lease(NOON, LATER)
        assert not made.announced

        made.release(NOON)

        assert made.announced and made.lease(NOON, LATER) and made.attempts == 2
