"""`python -m benchmarks.handlers`: balance orders without HTTP, in groups as the lane makes them, on each store."""

from __future__ import annotations

import argparse
import gc
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from adapters.cookies.signed import SignedCookies
from adapters.memory.store import MemoryStore
from adapters.sessions.stored import StoredSessions
from adapters.sql.schema import migrate
from adapters.sql.store import SqlStore
from adapters.system.clock import SystemClock
from adapters.system.ids import Uuid7Ids
from benchmarks import shop
from benchmarks.postgres import server
from domain.accounts import Account, Movement, SystemAccount, TransferKind, move
from domain.catalog import Product, Quantity, Sku
from domain.identifiers import AccountId, TransferId, UserId
from domain.money import Currency, Money
from domain.payments import PaymentMethod
from domain.users import Email, User
from service_layer.alone import Alone
from service_layer.commands import Item, LogIn, PlaceOrder
from service_layer.group import Group, Job
from service_layer.handlers.orders import place_order
from service_layer.handlers.sessions import log_in
from service_layer.ports.store import Store
from service_layer.session import Lifetime
from service_layer.session_participant import SessionKeeping, SessionParticipant
from service_layer.unit_of_work import UnitOfWork
from service_layer.visitor import Visitor

CURRENCY = Currency(shop.CURRENCY)
NO_HURRY = 3600.0  # seconds
CHANCE = random.Random(0)  # noqa: S311  # the same orders each time
HASH = "of no password"
DATABASE = "handlers"


@dataclass(frozen=True)
class Measured:
    """Per order: seconds of the clock, and of the processor in this thread."""

    wall: float
    cpu: float


class Shop:
    """As many people with money as products, on one store, and orders for them."""

    def __init__(self, store: Store, size: int = shop.BUYERS) -> None:
        self.size = size
        self.store, self.clock, self.ids = store, SystemClock(), Uuid7Ids()
        seal = SignedCookies("session", ["0123456789abcdef" * 4], "session sql")
        self.keeping = SessionKeeping(StoredSessions(), seal, Lifetime(), self.clock, self.ids)
        self.group = Group(store, self.keeping, write=True)
        with self.unit(Visitor(operator=True)) as uow:
            for number in range(size):
                price = Money(shop.price(number), CURRENCY)
                name = f"Thing {number}"
                uow.products.add(Product(sku=Sku(shop.sku(number)), name=name, price=price, on_hand=shop.STOCK))
            users = [self.sign_up(uow, number) for number in range(size)]
            uow.commit()
        self.cookies = [self.cookie_of(user) for user in users]

    def unit(self, visitor: Visitor) -> UnitOfWork:
        return UnitOfWork(Alone(self.store), SessionParticipant(visitor, self.keeping), self.ids)

    def sign_up(self, uow: UnitOfWork, number: int) -> UserId:
        now, user = self.clock.now(), UserId(self.ids.new())
        email = Email(shop.email(number))
        account = Account.open(AccountId(self.ids.new()), user, CURRENCY, now)
        uow.users.add(User(id=user, name=f"Buyer {number}", email=email, password_hash=HASH, registered_at=now))
        uow.accounts.add(account)
        why = Movement(TransferId(self.ids.new()), TransferKind.DEPOSIT, now)
        uow.entries.post(move(SystemAccount.CARD_CLEARING, account, Money(shop.BALANCE, CURRENCY), why))
        return user

    def cookie_of(self, user: UserId) -> str | None:
        visitor = Visitor(ip="127.0.0.1", user_agent="Browser")
        log_in(LogIn(user_id=user, password_hash=HASH), self.unit(visitor), self.clock)
        return visitor.cookie

    def orders(self, number: int) -> list[Job]:
        """As the web layer hands them to the lane: one piece of one product each, under a key of its own."""
        return [self.order(CHANCE.choice(self.cookies)) for _ in range(number)]

    def order(self, cookie: str | None) -> Job:
        items = (Item(Sku(shop.sku(CHANCE.randrange(self.size))), Quantity(1)),)
        command = PlaceOrder(key=self.ids.new(), items=items, method=PaymentMethod.BALANCE)

        def work(uow: UnitOfWork):
            return place_order(command, uow, self.clock, self.ids)

        visitor = Visitor(cookie=cookie, ip="127.0.0.1", user_agent="Browser", request_id=self.ids.new())
        return Job(work, visitor, time.monotonic() + NO_HURRY, command.needs)


def measure(placed: Shop, orders: int, together: int) -> Measured:
    """What an order costs, of so many. Raises what any of them was refused with."""
    groups = [placed.orders(together) for _ in range(max(1, orders // together))]
    wall, cpu = time.perf_counter(), time.thread_time()
    outcomes = [outcome for jobs in groups for outcome in placed.group.run(jobs)]
    wall, cpu = time.perf_counter() - wall, time.thread_time() - cpu
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
    return Measured(wall / len(outcomes), cpu / len(outcomes))


@contextmanager
def memory(folder: str, size: int = shop.BUYERS) -> Iterator[Shop]:
    yield Shop(MemoryStore(), size)


@contextmanager
def sqlite(folder: str, size: int = shop.BUYERS) -> Iterator[Shop]:
    url = f"sqlite:///{Path(folder) / 'shop.db'}"
    migrate(url)
    store = SqlStore(url)
    yield Shop(store, size)
    store.close()


@contextmanager
def postgresql(folder: str, size: int = shop.BUYERS) -> Iterator[Shop]:
    """With a past that the server has counted: of empty tables it makes other plans. Raises `PostgresMissing`."""
    with server() as running:
        running.sql(f"CREATE DATABASE {DATABASE}")
        migrate(running.url_of(DATABASE))
        store = SqlStore(running.url_of(DATABASE))
        placed = Shop(store, size)
        measure(placed, shop.HISTORY, 64)
        running.sql("VACUUM ANALYZE", DATABASE)
        yield placed
        store.close()
        running.sql(f"DROP DATABASE {DATABASE}")


SHOPS = {"memory": memory, "sqlite": sqlite, "postgresql": postgresql}


@contextmanager
def busy(wanted: bool) -> Iterator[None]:
    """A second thread that never stops running Python, as the event loop's under load."""
    over = threading.Event()

    def turn() -> None:
        while not over.is_set():
            sum(range(100))

    thread = threading.Thread(target=turn)
    if wanted:
        thread.start()
    try:
        yield
    finally:
        over.set()
        if wanted:
            thread.join()


def settle_down() -> None:
    """As the server does once it has started."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def report(name: str, together: int, rounds: list[Measured]) -> str:
    wall, cpu = (median(part) for part in ([one.wall for one in rounds], [one.cpu for one in rounds]))
    best = min(one.cpu for one in rounds)
    return f"| {name} | {together} | {1 / wall:,.0f} | {1 / cpu:,.0f} | {cpu * 1e6:.1f} | {best * 1e6:.1f} |"


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.handlers", description=__doc__)
    add: Callable[..., object] = parser.add_argument
    add("--stores", default="memory,sqlite", help=f"of {', '.join(SHOPS)}, comma-separated (%(default)s)")
    add("--together", default="1,8,64", help="units to a group, comma-separated (%(default)s)")
    add("--orders", type=int, default=6_400, help="to a round (%(default)s)")
    add("--rounds", type=int, default=7, help="of which the median counts (%(default)s)")
    add("--busy", action="store_true", help="beside a thread that keeps the interpreter busy, as the event loop does")
    add("--folder", help="where the SQLite file lives, on a real disk (default: where temporary files go)")
    return parser.parse_args()


def main() -> None:
    wanted = options()
    print("| store | to a group | orders/s | orders/s of processor time | µs of processor time, median | best |")
    print("|---|---|---|---|---|---|")
    for name in wanted.stores.split(","):
        with tempfile.TemporaryDirectory(dir=wanted.folder) as folder, SHOPS[name](folder) as placed:
            settle_down()
            with busy(wanted.busy):
                for together in map(int, wanted.together.split(",")):
                    orders = wanted.orders if together > 1 or name == "memory" else wanted.orders // 10
                    rounds = [measure(placed, orders, together) for _ in range(wanted.rounds)]
                    print(report(name, together, rounds), flush=True)


if __name__ == "__main__":
    main()
