"""Transfers: money from one account to another."""

from __future__ import annotations

from domain.errors import CurrencyMismatch, InsufficientFunds, NotFound, Unauthenticated
from entrypoints.web.declared import problems
from entrypoints.web.given import Run, Service
from entrypoints.web.keys import RequiredKey, told
from entrypoints.web.models.accounts import TransferIn, TransferOut
from entrypoints.web.reply import Reply
from entrypoints.web.route import router as new_router
from service_layer.handlers.accounts import transfer
from service_layer.receipts import TransferReceipt

router = new_router("transfers")


@router.post(
    "/transfers/",
    status_code=201,
    responses=problems(Unauthenticated, InsufficientFunds, NotFound, CurrencyMismatch),
)
async def create_transfer(body: TransferIn, run: Run, services: Service, key: RequiredKey) -> Reply[TransferOut]:
    """Money from one's own account to anybody's, at once."""
    receipt, headers = told(await services.payments.pay(run, transfer, body.command(key)), TransferReceipt)
    return Reply(TransferOut.of(receipt), headers)
