"""What came of a payment that was unknown for a while, canceled meanwhile, or captured at last."""

from __future__ import annotations

import pytest

from domain.errors import CardDeclined, InvalidTransition, NotFound
from domain.identifiers import PaymentId
from domain.payments import PaymentStatus
from service_layer.commands import BookDeposit, CancelOrder, CloseMessages, Settle, Verdict
from service_layer.handlers.cancel import cancel_order
from service_layer.handlers.payments import book_deposit, close_messages, settle
from service_layer.idempotency import Answer
from service_layer.receipts import DepositReceipt, is_pending
from service_layer.records import InFlight
from service_layer.visitor import Visitor
from tests.kit.asking import eur
from tests.kit.paying import pay_in, payment_in, receipt_of, told
from tests.kit.shop import Shop


class TestUnknown:
    @pytest.mark.parametrize(
        ("verdict", "attempts"), [(Verdict.UNKNOWN, 1), (Verdict.UNKNOWN, 2), (Verdict.UNREACHED, 2)]
    )
    def test_the_stock_stays_held_and_the_next_may_ask_again_at_once(self, shop: Shop, verdict: Verdict, attempts: int):
        ada = shop.account()
        shop.product(on_hand=10)
        in_flight = shop.reserve(ada, quantity=2, key="k")
        if attempts == 2:
            shop.wait_a_while(seconds=6)
            in_flight = shop.reserve(ada, quantity=2, key="k")

        receipt = receipt_of(told(shop, in_flight, verdict, ada))

        assert is_pending(receipt) and shop.stock() == (10, 2) and shop.session(ada).last_order_id is None
        assert shop.reserve(ada, quantity=2, key="k").attempts == attempts + 1

    def test_a_gateway_that_was_never_reached_leaves_nothing(self, shop: Shop):
        ada = shop.account()
        shop.product(on_hand=10)
        in_flight = shop.reserve(ada, quantity=2)

        assert told(shop, in_flight, Verdict.UNREACHED, ada) is None

        assert shop.rows("orders") == [] and shop.stock() == (10, 0) and shop.events == shop.tasks == []
        assert payment_in(shop, in_flight)["decline_code"] == "gateway_unreachable"

    def test_a_withdrawn_payment_has_no_part_in_what_comes_later_under_its_key(self, shop: Shop):
        ada = shop.account()
        shop.product()
        first = shop.reserve(ada, key="k")
        told(shop, first, Verdict.UNREACHED, ada)
        second = shop.reserve(ada, key="k")
        told(shop, second, Verdict.AUTHORIZED, ada)

        late = told(shop, first, Verdict.AUTHORIZED, ada)

        assert late and isinstance(late.outcome, CardDeclined) and len(shop.rows("orders")) == 1

    def test_so_it_is_for_a_deposit(self, shop: Shop):
        ada = shop.account()
        in_flight = pay_in(shop, ada)

        assert told(shop, in_flight, Verdict.UNREACHED, ada) is None

        assert shop.rows("keys") == [] and shop.balance(ada) == 0

    def test_what_cannot_be_known_any_more_waits_for_a_person(self, shop: Shop):
        ada = shop.account()
        shop.product(on_hand=10)
        in_flight = shop.reserve(ada, quantity=2)

        receipt = receipt_of(told(shop, in_flight, Verdict.LOST, ada))

        assert is_pending(receipt) and receipt.payment_status is PaymentStatus.REVIEW and shop.stock() == (10, 2)

    def test_a_payment_that_never_was_is_not_found(self, shop: Shop):
        command = Settle(payment_id=PaymentId("ghost"), order_id=None, skus=(), verdict=Verdict.AUTHORIZED)

        with shop.refuses(NotFound):
            shop.do(settle, command)


class TestCanceledMeanwhile:
    @pytest.mark.parametrize("key", [None, "k"])
    @pytest.mark.parametrize("verdict", [Verdict.AUTHORIZED, Verdict.DECLINED, Verdict.UNKNOWN])
    def test_whoever_waited_is_told_so(self, shop: Shop, verdict: Verdict, key: str | None):
        ada = shop.account()
        shop.product(on_hand=10)
        in_flight = shop.reserve(ada, quantity=2, key=key)
        assert in_flight.order_id
        shop.do(cancel_order, CancelOrder(order_id=in_flight.order_id, owner_id=ada.user, skus=("mug",)), ada)
        before = shop.books()

        answer = told(shop, in_flight, verdict, ada)

        assert answer and isinstance(answer.outcome, InvalidTransition) and shop.books() == before
        assert shop.session(ada).last_order_id is None


class TestCaptured:
    def close(self, shop: Shop, in_flight: InFlight, status: PaymentStatus = PaymentStatus.CAPTURED) -> None:
        done = tuple(row["id"] for row in shop.rows("messages"))
        shop.do(close_messages, CloseMessages(messages=done, outcomes={in_flight.payment_id: status}))

    def test_what_was_captured_is_booked_once(self, shop: Shop):
        ada = shop.account()
        shop.product()
        in_flight = shop.reserve(ada)
        told(shop, in_flight, Verdict.AUTHORIZED, ada)

        self.close(shop, in_flight)
        self.close(shop, in_flight)

        booked = [(entry["system_account"], entry["amount"].amount) for entry in shop.rows("entries")]
        assert booked == [("card-clearing", -1200), ("revenue", 1200)] and shop.rows("messages") == []
        assert payment_in(shop, in_flight)["status"] == "captured"

    def test_a_message_that_is_gone_already_is_no_trouble(self, shop: Shop):
        shop.do(close_messages, CloseMessages(messages=("ghost",), outcomes={}))

        assert shop.books() == {}

    @pytest.mark.parametrize("status", [PaymentStatus.VOIDED, PaymentStatus.REFUNDED, PaymentStatus.DECLINED])
    def test_what_no_rule_allows_is_not_believed(self, shop: Shop, status: PaymentStatus):
        ada = shop.account()
        shop.product()
        in_flight = shop.reserve(ada)
        told(shop, in_flight, Verdict.AUTHORIZED, ada)

        shop.do(close_messages, CloseMessages(messages=(), outcomes={in_flight.payment_id: status}))

        assert payment_in(shop, in_flight)["status"] == "authorized"

    def test_a_capture_that_can_never_be_waits_for_a_person_and_the_law_says_so(self):
        shop = Shop()
        ada = shop.account()
        shop.product()
        in_flight = shop.reserve(ada)
        told(shop, in_flight, Verdict.AUTHORIZED, ada)

        self.close(shop, in_flight, PaymentStatus.REVIEW)

        assert payment_in(shop, in_flight)["status"] == "review"
        assert shop.laws() == {"L5": 1}  # a confirmed order without its money


class TestDeposits:
    def test_an_authorized_deposit_is_pending_until_it_is_booked(self, shop: Shop):
        ada = shop.account(balance=100)
        in_flight = pay_in(shop, ada)

        answer = told(shop, in_flight, Verdict.AUTHORIZED, ada)
        assert answer and is_pending(answer.unwrap()) and shop.balance(ada) == 100
        posted = shop.do(book_deposit, BookDeposit.of(in_flight), ada).unwrap()

        assert isinstance(posted, DepositReceipt) and posted.status == "posted" and shop.balance(ada) == 600
        assert shop.events == ["DepositPosted"]
        assert told(shop, in_flight, Verdict.UNKNOWN, ada) == Answer(posted)

    def test_it_is_booked_once_whoever_does_it(self, shop: Shop):
        ada = shop.account()
        in_flight = pay_in(shop, ada)
        told(shop, in_flight, Verdict.AUTHORIZED, ada)
        outcomes = {in_flight.payment_id: PaymentStatus.CAPTURED}

        shop.do(close_messages, CloseMessages(messages=(), outcomes=outcomes, accounts=(ada.account,)))
        posted = shop.do(book_deposit, BookDeposit.of(in_flight), ada).unwrap()

        assert isinstance(posted, DepositReceipt) and posted.status == "posted" and shop.balance(ada) == 500

    def test_without_a_key_it_is_told_as_it_stands(self, shop: Shop):
        ada = shop.account()
        in_flight = pay_in(shop, ada, key=None)
        told(shop, in_flight, Verdict.AUTHORIZED, Visitor())

        assert shop.do(book_deposit, BookDeposit.of(in_flight), ada).unwrap() == DepositReceipt(
            id=in_flight.payment_id,
            account_id=ada.account,
            amount=eur(500),
            status="posted",
            created_at=shop.clock.now(),
        )
