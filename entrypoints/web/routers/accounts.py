"""Accounts: looked at, paid into."""

from __future__ import annotations

from domain.errors import CardDeclined, CurrencyMismatch, NotFound, Unauthenticated
from entrypoints.web.declared import problems
from entrypoints.web.given import Run, Service
from entrypoints.web.keys import RequiredKey, told
from entrypoints.web.lists import Wanted
from entrypoints.web.models.accounts import AccountOut, AccountsOut, DepositIn, DepositOut, EntriesOut, EntryOut
from entrypoints.web.reply import Reply
from entrypoints.web.route import router as new_router
from service_layer.commands import ListAccounts, ListEntries, SeeAccount
from service_layer.handlers import accounts
from service_layer.receipts import DepositReceipt, is_pending

router = new_router("accounts")
_PENDING = {202: {"model": DepositOut, "description": "The gateway's answer is unknown; the money may arrive yet."}}


@router.get("/accounts/", responses=problems(Unauthenticated))
async def list_accounts(run: Run, wanted: Wanted) -> Reply[AccountsOut]:
    """One's own accounts."""
    page = await run(accounts.list_accounts, ListAccounts(after=wanted.after, limit=wanted.limit))
    data = [AccountOut.of(view) for view in page.data]
    return Reply(AccountsOut(data=data, has_more=page.has_more), wanted.link(data[-1].id if page.has_more else None))


@router.get("/accounts/{account_id}", responses=problems(Unauthenticated, NotFound))
async def see_account(account_id: str, run: Run) -> AccountOut:
    """One account, and what is in it."""
    return AccountOut.of(await run(accounts.see_account, SeeAccount(account_id=account_id)))


@router.get("/accounts/{account_id}/entries", responses=problems(Unauthenticated, NotFound))
async def list_entries(account_id: str, run: Run, wanted: Wanted) -> Reply[EntriesOut]:
    """How its balance came about, newest first."""
    page = await run(accounts.list_entries, ListEntries(account_id=account_id, after=wanted.after, limit=wanted.limit))
    data = [EntryOut.of(entry) for entry in page.data]
    return Reply(EntriesOut(data=data, has_more=page.has_more), wanted.link(data[-1].id if page.has_more else None))


@router.post(
    "/accounts/{account_id}/deposits",
    status_code=201,
    responses=_PENDING | problems(Unauthenticated, CardDeclined, NotFound, CurrencyMismatch),
)
async def deposit(account_id: str, body: DepositIn, run: Run, services: Service, key: RequiredKey) -> Reply[DepositOut]:
    """Money from a card; answered once it is in the account."""
    answer = await services.payments.pay(run, accounts.deposit, body.command(account_id, key))
    receipt, headers = told(answer, DepositReceipt)
    return Reply(DepositOut.of(receipt), headers, status=202 if is_pending(receipt) else 201)
