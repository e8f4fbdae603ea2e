"""Payments that only a person can settle."""

from __future__ import annotations

from service_layer.commands import CancelOrder, ClaimPayments, SeeReviews, Settle, Verdict
from service_layer.handlers.cancel import cancel_order
from service_layer.handlers.ops import claim_payments, see_reviews
from service_layer.handlers.payments import settle
from tests.kit.shop import Shop


def test_what_cannot_be_known_is_listed_until_a_person_has_decided(shop: Shop):
    ada = shop.account()
    shop.product()
    waiting, lost = shop.reserve(ada), shop.reserve(ada)

    shop.do(settle, Settle.of(lost, Verdict.LOST, ""), ada)
    listed = shop.do(see_reviews, SeeReviews())

    assert [review.payment_id for review in listed] == [lost.payment_id] != [waiting.payment_id]
    assert listed[0].order_id == lost.order_id and listed[0].amount == lost.amount

    assert lost.order_id is not None
    shop.do(cancel_order, CancelOrder(order_id=lost.order_id, owner_id=ada.user, skus=lost.skus), ada)

    assert shop.do(see_reviews, SeeReviews()) == []


def test_nothing_drives_a_payment_in_review_on_by_itself(shop: Shop):
    ada = shop.account()
    shop.product()
    lost = shop.reserve(ada)
    shop.do(settle, Settle.of(lost, Verdict.LOST, ""), ada)

    shop.wait_a_while(days=365)

    assert shop.do(claim_payments, ClaimPayments()) == []
