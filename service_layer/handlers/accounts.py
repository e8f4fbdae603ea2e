"""Accounts: looked at, paid into, moved between."""

from __future__ import annotations

from domain.accounts import Account, Entry, Movement, TransferKind, move
from domain.errors import SameAccount
from domain.events import TransferPosted
from domain.identifiers import AccountId, PaymentId, TransferId, UserId
from domain.payments import Payment, PaymentMethod
from service_layer.commands import Deposit, ListAccounts, ListEntries, MoveMoney, SeeAccount
from service_layer.idempotency import LEASE, Answer, InFlight, once
from service_layer.ports.clock import Clock
from service_layer.ports.ids import Ids
from service_layer.receipts import Receipt, TransferReceipt
from service_layer.unit_of_work import UnitOfWork
from service_layer.views import AccountView, Page, page_of


def list_accounts(query: ListAccounts, uow: UnitOfWork) -> Page[AccountView]:
    """The caller's accounts. Raises `Unauthenticated`."""
    with uow:
        accounts = uow.accounts.of(uow.session.require_user())
        behind = [account for account in accounts if query.after is None or account.id > query.after]
        return page_of([AccountView.of(account) for account in behind], query.limit)


def see_account(query: SeeAccount, uow: UnitOfWork) -> AccountView:
    """Raises `Unauthenticated`, `NotFound`."""
    with uow:
        return AccountView.of(_own(uow, query.account_id))


def list_entries(query: ListEntries, uow: UnitOfWork) -> Page[Entry]:
    """What came and went, newest first. Raises `Unauthenticated`, `NotFound`."""
    with uow:
        account = _own(uow, query.account_id)
        return page_of(uow.entries.page_of(account.id, query.after, query.limit + 1), query.limit)


def deposit(command: Deposit, uow: UnitOfWork, clock: Clock, ids: Ids) -> Answer[Receipt] | InFlight:
    """A payment that waits for the gateway.

    Raises `Unauthenticated`, `NotFound`, `CurrencyMismatch`, `OutOfRange`, `KeyReused`, `KeyInProgress`.
    """
    now = clock.now()

    def wait_for_the_gateway(owner: UserId) -> InFlight:
        account = _own(uow, command.account_id)
        account.after(command.amount)  # what could not be booked is not asked for
        payment = Payment(
            id=PaymentId(ids.new()),
            owner_id=owner,
            method=PaymentMethod.CARD,
            amount=command.amount,
            created_at=now,
            account_id=account.id,
            token=command.token,
            key_id=command.key_id(owner) if command.key else None,
        )
        payment.lease(now, now + LEASE)
        uow.payments.add(payment)
        return InFlight.of(payment, None)

    with uow:
        return once(uow, command, now, wait_for_the_gateway)


def transfer(command: MoveMoney, uow: UnitOfWork, clock: Clock, ids: Ids) -> Answer[Receipt] | InFlight:
    """Money from one account to another, of anybody.

    Raises `Unauthenticated`, `NotFound`, `SameAccount`, `InsufficientFunds`, `CurrencyMismatch`, `OutOfRange`,
    `KeyReused`.
    """
    now = clock.now()

    def post(owner: UserId) -> TransferReceipt:
        source, target = uow.accounts.pair(command.source, command.target)
        source.require_owner(owner)
        if source is target:
            raise SameAccount
        why = Movement(TransferId(ids.new()), TransferKind.TRANSFER, now)
        uow.entries.post(move(source, target, command.amount, why))
        posted = TransferPosted(transfer_id=why.id, source=source.id, target=target.id, amount=command.amount, at=now)
        uow.publish(posted)
        return TransferReceipt(id=why.id, source=source.id, target=target.id, amount=command.amount, created_at=now)

    with uow:
        return once(uow, command, now, post)


def _own(uow: UnitOfWork, account_id: str) -> Account:
    owner = uow.session.require_user()
    account = uow.accounts.get(AccountId(account_id))
    account.require_owner(owner)
    return account
