"""Orders: quoted, placed, read, taken back, sent."""

from __future__ import annotations

from domain.errors import (
    CardDeclined,
    CurrencyMismatch,
    Forbidden,
    InsufficientFunds,
    InsufficientStock,
    InvalidTransition,
    NotFound,
    PriceChanged,
    Unauthenticated,
    UnknownSku,
)
from domain.identifiers import OrderId
from entrypoints.web.conditions import IfNoneMatch
from entrypoints.web.declared import NOT_MODIFIED, OWNER_OR_STAFF, problems
from entrypoints.web.given import DryRun, Run, Service
from entrypoints.web.keys import Key, told
from entrypoints.web.lists import Wanted
from entrypoints.web.models.orders import OrderIn, OrderOut, OrdersOut, QuoteOut
from entrypoints.web.reply import Reply
from entrypoints.web.route import router as new_router
from service_layer.commands import CancelOrder, FulfillOrder, ListOrders, QuoteOrder, SeeOrder
from service_layer.handlers import orders
from service_layer.handlers.cancel import cancel_order as cancel
from service_layer.receipts import OrderReceipt, is_pending

router = new_router("orders")
_REFUSALS = problems(
    Unauthenticated, CardDeclined, InsufficientFunds, UnknownSku, InsufficientStock, PriceChanged, CurrencyMismatch
)
_QUOTE = {200: {"model": QuoteOut, "description": "With `dry_run=true`: what it would cost now."}}
_PENDING = {202: {"model": OrderOut, "description": "The gateway's answer is unknown; the stock stays held."}}


@router.post("/orders/", status_code=201, responses=_QUOTE | _PENDING | _REFUSALS)
async def place_order(
    body: OrderIn, run: Run, services: Service, key: Key, dry_run: DryRun
) -> Reply[OrderOut] | Reply[QuoteOut]:
    """Buy what is in the basket, for what it costs now; paid by card or from the balance, all of it or nothing."""
    command = body.command(key)
    if dry_run:
        return Reply(QuoteOut.of(await run(orders.quote_order, QuoteOrder(order=command))), status=200)
    answer = await services.payments.pay(run, orders.place_order, command)
    receipt, headers = told(answer, OrderReceipt)
    headers["Location"] = f"/orders/{receipt.id}"
    return Reply(OrderOut.of(receipt), headers, status=202 if is_pending(receipt) else 201)


@router.get(
    "/orders/{order_id}", responses=NOT_MODIFIED | problems(Unauthenticated, NotFound), openapi_extra=OWNER_OR_STAFF
)
async def see_order(order_id: str, run: Run, known: IfNoneMatch) -> Reply[OrderOut]:
    """One's own order, or for the staff anybody's."""
    receipt = await run(orders.see_order, SeeOrder(order_id=order_id))
    return known.reply(OrderOut.of(receipt), receipt.tag)


@router.get("/orders/", responses=problems(Unauthenticated))
async def list_orders(run: Run, wanted: Wanted) -> Reply[OrdersOut]:
    """One's own orders, newest first."""
    page = await run(orders.list_orders, ListOrders(after=wanted.after, limit=wanted.limit))
    data = [OrderOut.of(receipt) for receipt in page.data]
    return Reply(OrdersOut(data=data, has_more=page.has_more), wanted.link(data[-1].id if page.has_more else None))


@router.post(
    "/orders/{order_id}/cancel",
    responses=problems(Unauthenticated, NotFound, InvalidTransition),
    openapi_extra=OWNER_OR_STAFF,
)
async def cancel_order(order_id: str, run: Run) -> OrderOut:
    """Take an order back: money and stock return, once. Repeating changes nothing."""
    found = await run(orders.see_order, SeeOrder(order_id=order_id))
    skus = tuple(line.sku for line in found.lines)
    return OrderOut.of(await run(cancel, CancelOrder(order_id=found.id, owner_id=found.owner_id, skus=skus)))


@router.post(
    "/orders/{order_id}/fulfill",
    responses=problems(Unauthenticated, Forbidden, NotFound, InvalidTransition),
)
async def fulfill_order(order_id: str, run: Run) -> OrderOut:
    """The goods have left the house. Repeating changes nothing."""
    return OrderOut.of(await run(orders.fulfill_order, FulfillOrder(order_id=OrderId(order_id))))
