"""Three browsers before the service, and how the rules ask it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any, Final, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from adapters.payments import tokens
from domain.catalog import Sku
from domain.identifiers import AccountId
from domain.users import Email
from service_layer.commands import AddProduct, Command, Deposit, Keyed, Settle
from service_layer.flows.reconcile import reconcile
from service_layer.handlers import accounts, catalog, orders
from service_layer.ports.store import Store
from service_layer.runner import Handler, Run
from tests.kit.asking import eur
from tests.torture.state_machine.house import Browser, House
from tests.torture.state_machine.wiring import WAYS, Fault, Way

T = TypeVar("T")


def _ways(calls: Iterable[str]) -> list[tuple[str, Way]]:
    return [(call, way) for call in calls for way in WAYS[call]]


def _fault(how: tuple[str, Way], nth: int) -> Fault:
    call, (error, after) = how
    return Fault(call, error, after, nth)


ADDRESS: Final = "192.0.2.1"
FIRST_PASSWORD: Final = "analytical-engine-1843"  # noqa: S105
NUMBERS: Final = st.integers(0, 5)
DECISIVE: Final = (
    "store.begin",
    "rows.write",
    "rows.commit",
)  # of each unit of a flow, and so more likely than the rest
FAULTS: Final = st.lists(
    st.one_of(
        st.builds(_fault, st.sampled_from(_ways(DECISIVE)), st.integers(1, 4)),
        st.builds(_fault, st.sampled_from(_ways(WAYS)), st.sampled_from([1, 1, 2, 3])),
    ),
    max_size=2,
)
LATER: Final = timedelta(seconds=15)  # past every lease, and past every relay's claim
UNDER_WAY: Final = ("authorizing", "authorized", "voiding", "refunding")


class Stage(RuleBasedStateMachine):
    """`open_store` opens an empty store for one run; `played` is told how many steps each run had."""

    open_store: Callable[[], AbstractContextManager[Store]]
    played: Callable[[int], None]

    def __init__(self) -> None:
        super().__init__()
        self.opened = self.open_store()
        self.house = House(self.opened.__enter__())
        self.model = self.house.inspector.model
        self.browsers = [Browser() for _ in range(3)]
        self.passwords: dict[str, str] = {}
        self.keyed: list[tuple[Browser, Keyed]] = []
        self.left: list[tuple[int, Settle]] = []
        self.steps = 0
        self.well = True

    @initialize(funds=st.lists(st.integers(0, 9000), min_size=3, max_size=3))
    def open_the_shop(self, funds: list[int]) -> None:
        for sku, price in (("cup", 300), ("mug", 1200), ("pen", 50)):
            self.do(None, catalog.add_product, AddProduct(sku=Sku(sku), name=sku, price=eur(price), on_hand=5))
        identity = self.house.identity
        for number, cents in enumerate(funds):
            email = Email(f"{number}@example.com")
            self.ask(None, lambda run, email=email: identity.sign_up(run, "Ada", email, FIRST_PASSWORD))
            self.learn(FIRST_PASSWORD)
            self.ask(number, lambda run, email=email: identity.log_in(run, email, FIRST_PASSWORD, ADDRESS))
            if cents:
                self.pay(number, self.deposit_of(number, cents, tokens.VISA, None))

    def teardown(self) -> None:
        """Nothing fails any more, and time passes: then nothing is left half-done, and no law broken."""
        try:
            if self.well:
                for _ in range(4):
                    self.house.clock.advance(LATER)
                    self.ask(None, self.recover)
                self.ended_well()
        finally:
            self.house.close()
            self.opened.__exit__(None, None, None)
            self.played(self.steps)

    async def recover(self, run: Run) -> None:
        await reconcile(run, self.house.payments)
        while await self.house.relay.once(run):
            pass

    def ended_well(self) -> None:
        payments = self.model.payments
        left = [payment for payment in payments.values() if payment.status in UNDER_WAY]
        assert not left, f"half-done: {left}"
        assert not self.model.tasks and not self.model.events, f"{self.model.tasks}, {self.model.events}"
        assert not self.house.inspector.broken(), f"{self.house.inspector.broken()} of {self.house.inspector.books}"
        for key, charge in self.house.inspector.charges().items():
            status = payments[key].status
            ended = status == "review" or charge == ("voided" if status == "declined" else status)
            assert ended or charge == "declined", f"{payments[key]} is {charge} at the gateway"

    def ask(self, browser: int | None, flow: Callable[[Run], Awaitable[T]], faults: Iterable[Fault] = ()) -> None:
        """As the staff where it is nobody's browser."""
        with self.step():
            self.house.ask(None if browser is None else self.browser(browser), flow, *faults)

    @contextmanager
    def step(self) -> Iterator[None]:
        self.steps, self.well = self.steps + 1, False
        yield
        self.well = True

    def do(self, browser: int | None, handler: Handler[T], command: Command, faults: Iterable[Fault] = ()) -> None:
        self.ask(browser, lambda run: run(handler, command), faults)

    def pay(self, browser: int | None, command: Keyed, faults: Iterable[Fault] = ()) -> None:
        handler = accounts.deposit if isinstance(command, Deposit) else orders.place_order
        self.ask(browser, lambda run: self.house.payments.pay(run, handler, command), faults)

    def browser(self, number: int) -> Browser:
        return self.browsers[number % len(self.browsers)]

    def seat(self, number: int) -> None:
        """Most who want something are logged in; the others, on whom it is found that they have to be."""
        if number < len(self.browsers) and not self.user(number):
            person = self.pick(self.model.people.values(), number)
            email, password = Email(person.email), self.passwords[person.password_hash]
            self.ask(number, lambda run: self.house.identity.log_in(run, email, password, ADDRESS))

    def user(self, browser: int) -> str | None:
        return self.model.user(self.house.key_of(self.browser(browser).jar))

    def account(self, number: int) -> AccountId:
        """One of those that there are, or one that there is not."""
        return AccountId(self.pick([*sorted(self.model.balances), "none"], number))

    def deposit_of(self, browser: int, cents: int, card: str, key: str | None) -> Deposit:
        """Into one's own account, mostly."""
        user = self.user(browser)
        account = AccountId(self.model.people[user].account if user else "none")
        operation = f"POST /accounts/{account}/deposits"
        return Deposit(account_id=account, amount=eur(cents), token=card, key=key, operation=operation)

    def learn(self, password: str) -> None:
        """Which hashes are of this password, of those that nobody knew before."""
        for person in self.model.people.values():
            self.passwords.setdefault(person.password_hash, password)

    def pick(self, some: Collection[T], number: int) -> T:
        return list(some)[number % len(some)]

    def order(self, number: int) -> Any:
        """One of those that there are, or one that there is not."""
        return self.pick([*sorted(self.model.purchases), "none"], number)
