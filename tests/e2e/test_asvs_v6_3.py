"""OWASP ASVS 5.0, V6.3: guessing, accounts that nobody made, and who has one."""

from pathlib import Path

import pytest

from tests.harness.client import Client
from tests.harness.problems import assert_problem
from tests.harness.server import Server
from tests.harness.shop import Shop
from tests.kit.door import ADA, CHEAP, HERS, Door
from tests.kit.shop import Shop as InMemory

DEFAULTS = ["admin", "root", "sa", "test", "demo", "ada@example.com", "grace@example.com", "staff@example.com"]


class Counted:
    """A hasher that counts the work it does."""

    def __init__(self) -> None:
        self.work: list[str] = []

    def hash(self, password: str) -> str:
        self.work.append("hash")
        return CHEAP.hash(password)

    def verify(self, password: str, hashed: str | None) -> bool:
        self.work.append("verify")
        return CHEAP.verify(password, hashed)

    def outdated(self, hashed: str) -> bool:
        return CHEAP.outdated(hashed)


def test_v6_3_1_guesses_are_limited_for_an_account_and_from_an_address(tmp_path: Path) -> None:
    with Server(tmp_path / "data", login_attempts="3/minute") as server, Shop(server) as shop:
        ada, visitor = shop.shopper(), shop.visitor()
        told = [visitor.log_in(ada.email, f"guess-number-{n}").status_code for n in range(4)]
        right = visitor.log_in(ada.email, ada.password)

    assert told == [401, 401, 401, 429]
    assert_problem(right, 429, "too-many-attempts")
    assert int(right.headers["retry-after"]) > 0


@pytest.mark.parametrize("name", DEFAULTS)
def test_v6_3_2_a_new_service_has_no_accounts(in_production: Server, name: str) -> None:
    with Client(in_production.base_url) as visitor:
        email = name if "@" in name else f"{name}@example.com"
        for password in ("analytical-engine-1843", "password", name):
            assert visitor.log_in(email, password).status_code in (401, 429)


def test_v6_3_8_an_unknown_address_is_answered_as_a_wrong_password(shop: Shop) -> None:
    ada, visitor = shop.shopper(), shop.visitor()

    wrong, unknown = visitor.log_in(ada.email, HERS), visitor.log_in("nobody@example.com", HERS)

    assert wrong.status_code == unknown.status_code == 401
    assert {**wrong.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}
    assert wrong.headers.keys() == unknown.headers.keys()


def test_v6_3_8_and_takes_the_same_work() -> None:
    """Work is counted rather than time: each log-in verifies one hash of today's strength, whoever it is for."""
    shop, hasher = InMemory(), Counted()
    door = Door(shop, attempts="100/minute", hasher=hasher)  # type: ignore[arg-type]
    door.sign_up()
    done: list[list[str]] = []
    for email, password in ((ADA, "a-wrong-password"), (type(ADA)("nobody@example.com"), HERS)):
        hasher.work.clear()
        with pytest.raises(Exception, match=r".*"):
            door.log_in(email=email, password=password, address=f"192.0.2.{len(done)}")
        done.append(list(hasher.work))

    assert done == [["verify"], ["verify"]]
