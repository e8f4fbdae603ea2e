"""One server with its staff, and the door that lets people in."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Self

from tests.harness.client import Client, Shopper, Staff
from tests.harness.footprint import Footprint, footprint
from tests.harness.server import Server


@dataclass
class Shop:
    """Everyone let in is seen out when the shop closes."""

    server: Server
    people: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.staff = self.people.enter_context(Staff(self.server.base_url))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.people.close()

    def visitor(self) -> Client:
        return self.people.enter_context(Client(self.server.base_url))

    def shopper(self, name: str = "Ada", *, funds: int = 0) -> Shopper:
        """Signed up and logged in, with `funds` cents from a card."""
        return self.people.enter_context(Shopper(self.server.base_url, name=name, funds=funds))

    def mug(self, *, price: int = 1200, on_hand: int = 10) -> str:
        """The SKU of a new product."""
        return self.staff.stock(price=price, on_hand=on_hand)

    def footprint(self, visitor: Client, *skus: str) -> Footprint:
        return footprint(visitor, self.staff, *skus)
