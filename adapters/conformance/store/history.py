"""A shop's history in which every law holds, and every way to break one of them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import Any, Final

from adapters.conformance.store.specimens import EUR, NOON
from adapters.conformance.store.transactions import KINDS
from domain.accounts import Account, Entry, Movement, SystemAccount, TransferKind, move
from domain.catalog import Product, Quantity, Sku, StockAdjustment
from domain.identifiers import AccountId, AdjustmentId, OrderId, PaymentId, TransferId, UserId
from domain.money import Money
from domain.orders import Order, line_of
from domain.payments import Payment, PaymentMethod, PaymentStatus
from domain.users import Email, User
from service_layer.outbox import Task, event_message, task_message
from service_layer.receipts import DepositReceipt, OrderReceipt, TransferReceipt, encode
from service_layer.records import AttemptRecord, KeyRecord, Message, SessionRecord

PRICE: Final = Money(1200, EUR)
TWO: Final = Quantity(2)
COST: Final = PRICE * TWO


class History:
    """All that was ever written, by kind; put together by hand, as the service would have."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.users: list[User] = []
        self.accounts: list[Account] = []
        self.products: list[Product] = []
        self.adjustments: list[StockAdjustment] = []
        self.orders: list[Order] = []
        self.payments: list[Payment] = []
        self.entries: list[Entry] = []
        self.keys: list[KeyRecord] = []
        self.sessions: list[SessionRecord] = []
        self.attempts: list[AttemptRecord] = []
        self.messages: list[Message] = []
        self.ada, self.bob = self.user("Ada"), self.user("Bob")
        self.mug = self.product("mug", 100)

    def id(self) -> str:
        return f"00000000-0000-7000-8000-{next(self._numbers):012x}"

    def user(self, name: str) -> Account:
        """Their account, with some money in it."""
        user = User(id=UserId(self.id()), name=name, email=Email(f"{name}@x"), password_hash="-", registered_at=NOON)  # noqa: S106 (matches nothing)
        account = Account.open(AccountId(self.id()), user.id, EUR, NOON)
        self.users.append(user)
        self.accounts.append(account)
        self.deposit(account, Money(100_000, EUR))
        return account

    def product(self, sku: str, on_hand: int) -> Product:
        product = Product(sku=Sku(sku), name=sku, price=PRICE)
        self.adjustments.append(product.adjust(AdjustmentId(self.id()), on_hand, "initial stock", NOON))
        self.products.append(product)
        return product

    def move(
        self, source: Account | SystemAccount, target: Account | SystemAccount, amount: Money, kind: TransferKind,
        order: Order | None = None,
    ) -> TransferId:  # fmt: skip
        why = Movement(TransferId(self.id()), kind, NOON, order.id if order else None)
        self.entries.extend(move(source, target, amount, why).entries)
        return why.id

    def deposit(self, account: Account, amount: Money) -> Payment:
        payment = Payment(
            id=PaymentId(self.id()), owner_id=account.owner_id, method=PaymentMethod.CARD, amount=amount,
            created_at=NOON, account_id=account.id, status=PaymentStatus.CAPTURED, key_id=self.id(),
        )  # fmt: skip
        self.payments.append(payment)
        self.move(SystemAccount.CARD_CLEARING, account, amount, TransferKind.DEPOSIT)
        self.answer(payment.key_id or "", encode(DepositReceipt.of(payment)))
        return payment

    def transfer(self, source: Account, target: Account) -> None:
        transfer = self.move(source, target, Money(7, EUR), TransferKind.TRANSFER)
        receipt = TransferReceipt(
            id=transfer, source=source.id, target=target.id, amount=Money(7, EUR), created_at=NOON
        )
        self.answer(self.id(), encode(receipt))

    def order(self, buyer: Account, method: PaymentMethod, status: PaymentStatus) -> tuple[Order, Payment]:
        """Reserved, and waiting for its payment."""
        order = Order.place(OrderId(self.id()), buyer.owner_id, (line_of(self.mug, TWO),), NOON)
        self.mug.reserve(TWO)
        payment = Payment(
            id=PaymentId(self.id()), owner_id=buyer.owner_id, method=method, amount=order.total, created_at=NOON,
            order_id=order.id, status=status, key_id=self.id() if method is PaymentMethod.CARD else None,
        )  # fmt: skip
        self.orders.append(order)
        self.payments.append(payment)
        return order, payment

    def confirm(self, order: Order, payment: Payment) -> None:
        self.mug.take(TWO)
        self.messages.append(event_message(self.id(), order.confirm(NOON)))
        self.answer(payment.key_id or self.id(), encode(OrderReceipt.of(order, payment)))
        self.session(order)

    def cancel(self, order: Order) -> None:
        self.mug.put_back(TWO)
        self.messages.append(event_message(self.id(), order.cancel(NOON)))

    def paid_by_balance(self, buyer: Account) -> tuple[Order, Payment]:
        order, payment = self.order(buyer, PaymentMethod.BALANCE, PaymentStatus.CAPTURED)
        self.move(buyer, SystemAccount.REVENUE, order.total, TransferKind.ORDER, order)
        self.confirm(order, payment)
        return order, payment

    def refunded_to_balance(self, buyer: Account) -> tuple[Order, Payment]:
        order, payment = self.paid_by_balance(buyer)
        self.cancel(order)
        self.move(SystemAccount.REVENUE, buyer, order.total, TransferKind.REFUND, order)
        payment.become(PaymentStatus.REFUNDED)
        return order, payment

    def waiting_for_the_gateway(self, buyer: Account) -> tuple[Order, Payment]:
        order, payment = self.order(buyer, PaymentMethod.CARD, PaymentStatus.AUTHORIZING)
        payment.token = "pm_card_visa"  # noqa: S105 (a test card)
        payment.lease(NOON, NOON + timedelta(seconds=30))
        self.keys.append(_kept(payment.key_id or "", payment_id=payment.id))
        return order, payment

    def in_review(self, buyer: Account) -> tuple[Order, Payment]:
        order, payment = self.waiting_for_the_gateway(buyer)
        payment.become(PaymentStatus.REVIEW)
        return order, payment

    def authorized(self, buyer: Account) -> tuple[Order, Payment]:
        order, payment = self.order(buyer, PaymentMethod.CARD, PaymentStatus.AUTHORIZED)
        self.messages.append(task_message(self.id(), Task.CAPTURE, payment, NOON))
        self.confirm(order, payment)
        return order, payment

    def captured(self, buyer: Account) -> tuple[Order, Payment]:
        order, payment = self.order(buyer, PaymentMethod.CARD, PaymentStatus.CAPTURED)
        self.move(SystemAccount.CARD_CLEARING, SystemAccount.REVENUE, order.total, TransferKind.ORDER, order)
        self.confirm(order, payment)
        self.messages.append(event_message(self.id(), order.fulfill(NOON)))
        return order, payment

    def refunding(self, buyer: Account) -> tuple[Order, Payment]:
        order, payment = self.order(buyer, PaymentMethod.CARD, PaymentStatus.REFUNDING)
        self.move(SystemAccount.CARD_CLEARING, SystemAccount.REVENUE, order.total, TransferKind.ORDER, order)
        self.confirm(order, payment)
        self.cancel(order)
        self.move(SystemAccount.REVENUE, SystemAccount.CARD_CLEARING, order.total, TransferKind.REFUND, order)
        self.messages.append(task_message(self.id(), Task.REFUND, payment, NOON))
        return order, payment

    def voiding(self, buyer: Account) -> tuple[Order, Payment]:
        order, payment = self.order(buyer, PaymentMethod.CARD, PaymentStatus.VOIDING)
        self.confirm(order, payment)
        self.cancel(order)
        self.messages.append(task_message(self.id(), Task.VOID, payment, NOON))
        return order, payment

    def declined(self, buyer: Account) -> Payment:
        """Of the order nothing is left. The key is free again, and the next payment under it goes through."""
        order, payment = self.order(buyer, PaymentMethod.CARD, PaymentStatus.AUTHORIZING)
        self.orders.remove(order)
        self.mug.release(TWO)
        payment.decline("gateway_unreachable")
        _, again = self.authorized(buyer)
        payment.key_id = again.key_id
        return payment

    def answer(self, key: str, answer: str) -> None:
        self.keys.append(_kept(key, answer=answer))

    def session(self, order: Order) -> None:
        self.sessions.append(
            SessionRecord(
                key=self.id(), handle=self.id(), user_id=order.owner_id, roles="", authenticated_at=NOON,
                last_order_id=order.id, preferences="{}", created_at=NOON, last_seen_at=NOON,
                expires_at=NOON + timedelta(hours=1), user_agent="", ip="",
            )
        )  # fmt: skip

    def written(self) -> Mapping[str, Sequence[Any]]:
        """By the name of its kind."""
        return {name: vars(self)[name] for name in KINDS}


def _kept(key: str, *, answer: str | None = None, payment_id: str | None = None) -> KeyRecord:
    expires_at = NOON + timedelta(hours=24)
    return KeyRecord(id=key, fingerprint="f", expires_at=expires_at, answer=answer, payment_id=payment_id)


def eventful() -> History:
    """Everything that can happen to an order, and all in order."""
    history = History()
    for happens in (
        History.paid_by_balance, History.refunded_to_balance, History.waiting_for_the_gateway, History.in_review,
        History.authorized, History.captured, History.refunding, History.voiding, History.declined,
    ):  # fmt: skip
        happens(history, history.ada)
    history.transfer(history.ada, history.bob)
    return history
