"""OWASP ASVS 5.0, V6.2: passwords."""

from importlib.resources import files

import pytest

from adapters.passwords.common import CommonPasswords
from adapters.system.fixed import FixedClock
from tests.harness.client import Client, Shopper, unique
from tests.harness.problems import assert_invalid, assert_problem
from tests.harness.shop import Shop
from tests.kit.door import ADA, HERS, Door
from tests.kit.shop import Shop as InMemory

NEW = "another-uncommon-phrase"


def signs_up(visitor: Client, password: str, name: str = "Grace Hopper", email: str = "") -> int:
    return visitor.sign_up(name, email or f"{unique('grace')}@example.com", password).status_code


def changes(ada: Shopper, new: str, current: str | None = None) -> int:
    body = {"current_password": ada.password if current is None else current, "new_password": new}
    return ada.post("/users/me/password", json=body).status_code


def common() -> list[str]:
    return files("adapters.passwords").joinpath("common.txt").read_text("utf-8").splitlines()


def test_v6_2_1_it_has_eight_characters_at_least(shop: Shop) -> None:
    assert signs_up(shop.visitor(), "7#Chars") == 422 and signs_up(shop.visitor(), "8#Charsx") == 201


def test_v6_2_2_it_can_be_changed(shop: Shop) -> None:
    ada = shop.shopper()

    assert changes(ada, NEW) == 204
    assert shop.visitor().log_in(ada.email, NEW).status_code == 201


def test_v6_2_3_a_change_takes_the_current_one(shop: Shop) -> None:
    ada = shop.shopper()

    assert changes(ada, NEW, current="not-the-current-one") == 401 and changes(ada, NEW, current="") == 401
    assert_invalid(ada.post("/users/me/password", json={"new_password": NEW}), "/current_password")


def test_v6_2_4_it_is_none_of_the_3000_that_everybody_has(shop: Shop) -> None:
    known, policy = common(), CommonPasswords()

    assert len(known) >= 3000 and min(map(len, known)) >= 8
    assert all(policy.weak(password) for password in known[::7])
    assert {signs_up(shop.visitor(), password) for password in known[:: len(known) // 5]} == {422}
    assert changes(shop.shopper(), known[42]) == 422


@pytest.mark.parametrize(
    "password", ["a" * 7 + "b", "        12", "漢字" * 4, "🦄" * 8, "plain words only", "\0\1\t\r\n\x7f~~"]
)
def test_v6_2_5_any_characters_will_do(shop: Shop, password: str) -> None:
    email = f"{unique('grace')}@example.com"

    assert signs_up(shop.visitor(), password, email=email) == 201
    assert shop.visitor().log_in(email, password).status_code == 201


def test_v6_2_6_and_7_there_is_no_field_of_ours_to_mask_or_to_paste_into(shop: Shop) -> None:
    """The service has no forms; the document tells whoever makes one that these members are passwords."""
    pages = [shop.visitor().get(path).text for path in ("/docs", "/problems/invalid-credentials")]
    schemas = shop.visitor().get("/openapi.json").json()["components"]["schemas"]

    assert not any("<input" in page or "<form" in page for page in pages)
    for name, member in (("SignUpIn", "password"), ("LogInIn", "password"), ("PasswordIn", "new_password")):
        assert schemas[name]["properties"][member]["format"] == "password"


def test_v6_2_8_it_is_taken_as_it_came(shop: Shop) -> None:
    password, email = " Trailing Space and CaSe " + "x" * 90, f"{unique('grace')}@example.com"
    assert signs_up(shop.visitor(), password, email=email) == 201

    for other in (password.strip(), password.lower(), password[:72], password + "x"):
        assert_problem(shop.visitor().log_in(email, other), 401, "invalid-credentials")
    assert shop.visitor().log_in(email, password).status_code == 201


@pytest.mark.parametrize("length", [64, 128])
def test_v6_2_9_it_may_be_long(shop: Shop, length: int) -> None:
    assert signs_up(shop.visitor(), ("long words " * 12)[:length]) == 201


def test_v6_2_10_it_never_runs_out() -> None:
    shop = InMemory()
    door = Door(shop)
    door.sign_up()

    shop.clock.set(FixedClock().now().replace(year=2066))

    assert door.log_in(email=ADA, password=HERS).user_id


@pytest.mark.parametrize("password", ["Grace Hopper", "gracehopper1", "HOPPER1906", "Grace-Hopper"])
def test_v6_2_11_it_is_not_ones_own_name_or_address(shop: Shop, password: str) -> None:
    assert signs_up(shop.visitor(), password, email="rear.admiral@navy.example") == 422
    assert signs_up(shop.visitor(), "rear.admiral@navy.example", email="rear.admiral@navy.example") == 422
    assert signs_up(shop.visitor(), "REAR.admiral", email="rear.admiral@navy.example") == 422


def test_v6_2_12_it_is_checked_against_what_was_breached(shop: Shop) -> None:
    """The list is made of breached passwords; it is the most frequent ones, not all there are."""
    assert "breached" in files("adapters.passwords").joinpath("common-SOURCE.md").read_text("utf-8")
    assert signs_up(shop.visitor(), "trustno1") == signs_up(shop.visitor(), "letmein1") == 422
