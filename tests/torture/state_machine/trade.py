"""What the model knows of goods, orders and money: what is refused, and what becomes of the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from domain.errors import (
    InsufficientFunds,
    InsufficientStock,
    InvalidTransition,
    NotFound,
    PriceChanged,
    SameAccount,
    SkuTaken,
    Unauthenticated,
    UnknownSku,
)
from domain.payments import PaymentMethod
from service_layer.commands import (
    AddProduct,
    AdjustStock,
    CancelOrder,
    ChangeProduct,
    Deposit,
    FulfillOrder,
    MoveMoney,
    PlaceOrder,
    SeeOrder,
)
from service_layer.idempotency import LEASE
from tests.torture.state_machine.asked import Asked, Refusal, again, key_of, not_staff, refused_once, remember
from tests.torture.state_machine.model import DONE, Goods, Kept, Paying, Purchase


def _items(asked: Asked) -> dict[str, int]:
    return {item.sku: int(item.quantity) for item in asked.command.items}


def _total(asked: Asked) -> int:
    return sum(asked.model.goods[sku].price * quantity for sku, quantity in _items(asked).items())


def _order_refused(asked: Asked) -> Refusal:
    model, items, expected = asked.model, _items(asked), asked.command.expected_total
    if not items.keys() <= model.goods.keys():
        return UnknownSku
    if expected is not None and expected.amount != _total(asked):
        return PriceChanged
    if any(quantity > model.goods[sku].on_hand - model.goods[sku].reserved for sku, quantity in items.items()):
        return InsufficientStock
    by_card = asked.command.method is PaymentMethod.CARD
    return None if by_card or model.balances[_account(asked)] >= _total(asked) else InsufficientFunds


def _account(asked: Asked) -> str:
    return asked.model.people[asked.user or ""].account


def _deposit_refused(asked: Asked) -> Refusal:
    return None if asked.command.account_id == _account(asked) else NotFound


def _transfer_refused(asked: Asked) -> Refusal:
    command, balances = asked.command, asked.model.balances
    if command.source != _account(asked) or command.target not in balances:
        return NotFound
    if command.source == command.target:
        return SameAccount
    return None if balances[command.source] >= command.amount.amount else InsufficientFunds


EFFECT_REFUSES: Final = {PlaceOrder: _order_refused, Deposit: _deposit_refused, MoveMoney: _transfer_refused}


def _once_refused(asked: Asked) -> Refusal:
    refusal = EFFECT_REFUSES[type(asked.command)](asked) if asked.user else None
    return refused_once(asked, refusal)


def _order_is_not_mine(asked: Asked) -> Refusal:
    if not asked.is_staff and not asked.user:
        return Unauthenticated
    order = asked.model.purchases.get(asked.command.order_id)
    return None if order and (asked.is_staff or order.owner == asked.user) else NotFound


def _cancel_refused(asked: Asked) -> Refusal:
    refusal = _order_is_not_mine(asked)
    if refusal or asked.model.purchases[asked.command.order_id].status != "fulfilled":
        return refusal
    return InvalidTransition


def _fulfill_refused(asked: Asked) -> Refusal:
    order = asked.model.purchases.get(asked.command.order_id)
    if refusal := not_staff(asked) or (None if order else NotFound):
        return refusal
    return None if order and order.status in ("confirmed", "fulfilled") else InvalidTransition


def _goods_refused(asked: Asked) -> Refusal:
    command, goods = asked.command, asked.model.goods.get(asked.command.sku)
    if refusal := not_staff(asked):
        return refusal
    if isinstance(command, AddProduct):
        return SkuTaken if goods else None
    if goods is None:
        return NotFound
    short = isinstance(command, AdjustStock) and goods.on_hand - goods.reserved + command.delta < 0
    return InsufficientStock if short else None


REFUSES: Final[dict[type, Callable[[Asked], Refusal]]] = {
    **dict.fromkeys(EFFECT_REFUSES, _once_refused),
    **dict.fromkeys((AddProduct, AdjustStock, ChangeProduct), _goods_refused),
    CancelOrder: _cancel_refused,
    FulfillOrder: _fulfill_refused,
    SeeOrder: _order_is_not_mine,
}


def _place(asked: Asked, kept: Kept) -> None:
    model, command, items = asked.model, asked.command, _items(asked)
    order, payment, total = asked.fresh("purchases"), asked.fresh("payments"), _total(asked)
    model.purchases[order] = purchase = Purchase(asked.user or "", items, total)
    if command.method is PaymentMethod.CARD:
        kept.payment = payment
        model.payments[payment] = Paying(total, "authorizing", order, None, key_of(asked), asked.now + LEASE, 1)
        for sku, quantity in items.items():
            model.goods[sku].reserved += quantity
        return
    purchase.status, kept.answer = "confirmed", order
    model.payments[payment] = Paying(total, "captured", order)
    model.balances[_account(asked)] -= total
    for sku, quantity in items.items():
        model.goods[sku].on_hand -= quantity
    model.events["OrderConfirmed"] += 1
    if asked.seat:
        asked.seat.last_order = order


def _deposit(asked: Asked, kept: Kept) -> None:
    command = asked.command
    kept.payment = payment = asked.fresh("payments")
    asked.model.payments[payment] = Paying(
        command.amount.amount, "authorizing", None, command.account_id, key_of(asked), asked.now + LEASE, 1
    )


def _move(asked: Asked, kept: Kept) -> None:
    command, balances = asked.command, asked.model.balances
    kept.answer = DONE
    balances[command.source] -= command.amount.amount
    balances[command.target] += command.amount.amount
    asked.model.events["TransferPosted"] += 1


EFFECTS: Final = {PlaceOrder: _place, Deposit: _deposit, MoveMoney: _move}


def once(asked: Asked) -> str | None:
    """One effect for each caller and key; a refusal is an answer too."""
    key, kept, kind = key_of(asked), Kept(), type(asked.command)
    if key is not None and again(asked, key):
        return asked.by
    refusal = EFFECT_REFUSES[kind](asked)
    if refusal:
        kept.answer = refusal.code
    else:
        EFFECTS[kind](asked, kept)
    if key is not None:
        remember(asked, key, kept)
    return asked.by


def change_goods(asked: Asked) -> str | None:
    model, command = asked.model, asked.command
    if isinstance(command, AddProduct):
        model.goods[command.sku] = Goods(command.price.amount, command.on_hand)
    elif isinstance(command, AdjustStock):
        model.goods[command.sku].on_hand += command.delta
        model.events["StockAdjusted"] += 1
    elif command.price is not None:
        model.goods[command.sku].price = command.price.amount
    return asked.by
