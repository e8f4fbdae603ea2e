"""The demo shop: a few goods, a customer with money, a clerk, and how to try them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from domain.catalog import Sku
from domain.errors import SkuTaken
from domain.identifiers import AccountId
from domain.money import Money
from domain.users import Email
from entrypoints import serve
from entrypoints.operator import Operator, as_operator
from entrypoints.settings import Settings, load_settings
from entrypoints.trouble import CannotStart
from service_layer.commands import AddProduct, Deposit, FindUser, ListEntries, LogIn, LogOut, SeeMe
from service_layer.handlers.accounts import deposit, list_entries
from service_layer.handlers.catalog import add_product
from service_layer.handlers.sessions import log_in, log_out
from service_layer.handlers.users import find_credentials, see_me
from service_layer.views import Credentials
from service_layer.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a password that everybody knows, and `funds` in minor units."""

    name: str
    email: str
    password: str
    funds: int = 0


CUSTOMER: Final = Person("Ada Lovelace", "ada@example.com", "analytical-engine-1843", funds=10_000)
CLERK: Final = Person("Grace Hopper", "grace@example.com", "nanoseconds-of-wire-1952")
GOODS: Final = (
    ("mug", "Mug, dishwasher-safe", 1200, 100),
    ("notebook", "Notebook, dotted, 192 pages", 950, 250),
    ("pen", "Fountain pen", 4900, 20),
    ("poster", "Poster of the difference engine", 1800, 5),
)

TRY_IT: Final = """
The demo shop is at {url}: its goods at {url}/products/, all it can do at {url}/docs

  {customer.email:20} {customer.password:26} a customer, with {funds} in the account
  {clerk.email:20} {clerk.password:26} the staff

From another terminal: log in, buy two mugs by card, see the session remember the order.

  curl -s -c jar {url}/session -H 'Content-Type: application/json' \\
    -d '{{"email": "{customer.email}", "password": "{customer.password}"}}'
  curl -s -b jar -c jar {url}/orders/ -H 'Content-Type: application/json' -H 'Idempotency-Key: "first"' \\
    -d '{{"items": [{{"sku": "mug", "quantity": 2}}], "payment": {{"method": "card", "token": "pm_card_visa"}}}}'
  curl -s -b jar {url}/session

Ctrl-C ends it; what was bought stays in {data_dir}.
"""


def run(host: str, port: int, say: Callable[[str], None]) -> None:
    """Until SIGTERM or Ctrl-C. Raises `CannotStart`."""
    settings = load_settings()
    require_development(settings)
    listener = serve.bind(host, port)
    with _step("migrating the database"):
        serve.look_once(settings)
    with _step("loading the demo shop"):
        as_operator(settings, load_demo)
    say(_invitation(settings, serve.address_of(listener)))
    serve.serve(settings, listener, say)


def require_development(settings: Settings) -> None:
    """Raises `CannotStart` where people with public passwords would do harm."""
    if not settings.development:
        raise CannotStart("LOCKSTEP_ENV must be development for the demo: its people have public passwords")


async def load_demo(operator: Operator) -> None:
    """What is there already stays as it is."""
    currency = operator.services.settings.currency
    for sku, name, price, on_hand in GOODS:
        try:
            await operator.run()(
                add_product, AddProduct(sku=Sku(sku), name=name, price=Money(price, currency), on_hand=on_hand)
            )
        except SkuTaken:
            continue
    for person in (CUSTOMER, CLERK):
        await _welcome(operator, person)
    await operator.grant_staff(Email(CLERK.email))


async def _welcome(operator: Operator, person: Person) -> None:
    email = Email(person.email)
    known = await operator.run()(find_credentials, FindUser(email=email))
    if known.user_id is None:
        await operator.services.identity.sign_up(operator.run(), person.name, email, person.password)
        known = await operator.run()(find_credentials, FindUser(email=email))
    if person.funds and operator.services.charges is not None:  # with a gateway that takes the sandbox's cards
        await _pay_in(operator, known, person.funds)


async def _pay_in(operator: Operator, known: Credentials, funds: int) -> None:
    """As the person would: logged in, by card, unless money has ever moved in the account."""
    if known.user_id is None or known.password_hash is None:
        return
    services = operator.services
    run = services.runner.for_visitor(Visitor(), services.settings.request_deadline_seconds)
    await run(log_in, LogIn(user_id=known.user_id, password_hash=known.password_hash))
    account = AccountId((await run(see_me, SeeMe())).accounts[0].id)
    if not (await run(list_entries, ListEntries(account_id=account, after=None, limit=1))).data:
        command = Deposit(
            key="demo",
            operation=f"POST /accounts/{account}/deposits",
            account_id=account,
            amount=Money(funds, services.settings.currency),
            token="pm_card_visa",  # noqa: S106  # a sandbox token, public by design
        )
        (await services.payments.pay(run, deposit, command)).unwrap()
    await run(log_out, LogOut())


def _invitation(settings: Settings, url: str) -> str:
    funds = Money(CUSTOMER.funds, settings.currency)
    return TRY_IT.format(url=url, customer=CUSTOMER, clerk=CLERK, funds=funds, data_dir=settings.data_dir)


@contextmanager
def _step(what: str) -> Generator[None]:
    """A line on stderr, as `./run` writes them."""
    sys.stderr.write(f"{what} ... ")
    sys.stderr.flush()
    began = time.monotonic()
    yield
    sys.stderr.write(f"{time.monotonic() - began:.1f} s\n")
