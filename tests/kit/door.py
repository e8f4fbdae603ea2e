"""Where people come in: sign-up, log-in and passwords, with real hashing as cheap as it can be made."""

from __future__ import annotations

from adapters.attempts.limited import Limit
from adapters.passwords.argon2 import Argon2Passwords
from adapters.passwords.common import CommonPasswords
from domain.users import Email
from service_layer.flows.identity import Identity
from service_layer.passwords import Passwords
from service_layer.visitor import Visitor
from tests.kit.service import By
from tests.kit.shop import Shop

ADA, HERS, NEW = Email("ada@example.com"), "a-long-and-uncommon-phrase", "another-uncommon-phrase"


CHEAP = Argon2Passwords(memory_cost=8, time_cost=1)


class Door:
    """Where people come in, each from an address of their own."""

    def __init__(self, shop: Shop, attempts: str = "3/minute", hasher: Argon2Passwords = CHEAP) -> None:
        self.shop = shop
        self.passwords = Passwords(hasher, threads=1)
        limited = Limit.parse(attempts)
        self.identity = Identity(self.passwords, CommonPasswords(), limited)

    def sign_up(self, email: Email = ADA, password: str = HERS, name: str = "Ada"):
        return self.shop.wait(self.identity.sign_up(self.shop.run_for(Visitor()), name, email, password))

    def log_in(self, by: By = None, email: Email = ADA, password: str = HERS, address: str = "192.0.2.1"):
        return self.shop.wait(self.identity.log_in(self.shop.run_for(by or Visitor()), email, password, address))

    def change(self, by: Visitor, current: str = HERS, new: str = NEW, address: str = "192.0.2.1") -> None:
        self.shop.wait(self.identity.change_password(self.shop.run_for(by), current, new, address))
