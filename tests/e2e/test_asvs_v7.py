"""OWASP ASVS 5.0, V7: sessions, from their first token to their last."""

import base64
from pathlib import Path

import pytest

from domain.users import Email
from service_layer.commands import ChangePassword, LogOut, SeeSession
from service_layer.handlers.sessions import log_out, see_session
from service_layer.handlers.users import change_password
from service_layer.visitor import Visitor
from tests.harness.client import Client, Shopper
from tests.harness.problems import assert_problem
from tests.harness.seeding import SECRET
from tests.harness.server import Server
from tests.harness.shop import Shop
from tests.kit.shop import PASSWORD_HASH
from tests.kit.shop import Shop as InMemory

SECURITY = Path(__file__).parents[2] / "docs" / "security.md"
OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
NEW = "another-uncommon-phrase"


def token_of(person: Client) -> str:
    return str(person.cookies["session"])


def carrying(shop: Shop, token: str) -> Client:
    """Whoever has copied that cookie."""
    thief = shop.visitor()
    thief.cookies.set("session", token)
    return thief


def test_v7_1_1_how_long_a_session_lives_is_written_down() -> None:
    text = OPERATIONS.read_text("utf-8")

    assert "SESSION_IDLE_SECONDS" in text and "1800, 28800" in text
    assert "NIST SP 800-63B" in SECURITY.read_text("utf-8")


def test_v7_1_2_how_many_sessions_a_user_may_have_is_written_down() -> None:
    assert "sessions of one user" in SECURITY.read_text("utf-8")


def test_v7_2_1_a_token_is_verified_here_and_nowhere_else(shop: Shop) -> None:
    token = token_of(shop.shopper())
    forged = [token[:-1], token[::-1], token.partition(".")[0], "A" * 43, f"{'A' * 43}.{token.partition('.')[2]}"]

    assert carrying(shop, token).session()["authenticated"] is True
    assert not any(carrying(shop, other).session()["authenticated"] for other in forged)


def test_v7_2_2_a_token_is_made_for_each_session(shop: Shop) -> None:
    ada = shop.shopper()

    assert len({token_of(ada), *(token_of(ada.elsewhere()) for _ in range(5))}) == 6


def test_v7_2_3_it_has_256_bits_of_a_cryptographic_generator(shop: Shop) -> None:
    ada = shop.shopper()
    ids = [token_of(ada.elsewhere()).partition(".")[0] for _ in range(8)]

    raw = [base64.urlsafe_b64decode(one + "=") for one in ids]
    assert len(set(ids)) == 8 and {len(one) for one in raw} == {32}
    ones = sum(byte.bit_count() for one in raw for byte in one)
    assert 0.4 < ones / (8 * 256) < 0.6


def test_v7_2_4_a_log_in_makes_a_new_one_and_ends_the_old(shop: Shop) -> None:
    ada = shop.shopper()
    old = token_of(ada)

    ada.log_in(ada.email, ada.password).raise_for_status()

    assert token_of(ada) != old
    assert carrying(shop, old).session()["authenticated"] is False
    planted = shop.visitor()
    planted.cookies.set("session", "A" * 43)
    planted.log_in(ada.email, ada.password).raise_for_status()
    assert "A" * 43 not in {cookie.value for cookie in planted.cookies.jar if cookie.domain == "127.0.0.1"}


@pytest.mark.parametrize(("seconds", "alive"), [(30 * 60 - 1, True), (30 * 60, False), (30 * 60 + 1, False)])
def test_v7_3_1_a_session_left_alone_ends(seconds: int, alive: bool) -> None:
    shop = InMemory()
    ada = shop.account()

    shop.wait_a_while(seconds=seconds)

    assert (shop.session(ada).user_id is not None) is alive


@pytest.mark.parametrize(("last", "alive"), [(-1, True), (0, False), (1, False)])
def test_v7_3_2_and_so_does_one_that_is_not(last: int, alive: bool) -> None:
    shop = InMemory()
    ada = shop.account()
    for _ in range(8 * 6 - 1):
        shop.wait_a_while(minutes=10)
        shop.do(see_session, SeeSession(), ada)
        with shop.unit(ada) as uow:
            uow.commit()

    shop.wait_a_while(seconds=600 + last)

    assert (shop.session(ada).user_id is not None) is alive


def test_v7_4_1_after_a_log_out_the_token_is_worth_nothing(shop: Shop) -> None:
    ada = shop.shopper()
    copied = token_of(ada)

    assert ada.delete("/session").status_code == 204

    thief = carrying(shop, copied)
    assert_problem(thief.get("/orders/"), 401, "unauthenticated")
    assert "no-store" in thief.get("/session").headers["cache-control"]


def test_v7_4_3_a_new_password_ends_all_other_sessions(shop: Shop) -> None:
    ada = shop.shopper()
    phone, copied = ada.elsewhere(), token_of(ada)

    body = {"current_password": ada.password, "new_password": NEW}
    assert ada.post("/users/me/password", json=body).status_code == 204

    assert ada.session()["authenticated"] is True
    assert phone.session()["authenticated"] is carrying(shop, copied).session()["authenticated"] is False


def test_v7_4_3_not_before_it_is_committed() -> None:
    shop = InMemory()
    ada, command = shop.account(), ChangePassword(checked_hash=PASSWORD_HASH, password_hash="x")  # noqa: S106
    before = Visitor(cookie=ada.browser.cookie)

    shop.faults.at("commit", RuntimeError(), times=1)
    with pytest.raises(RuntimeError):
        shop.do(change_password, command, ada)

    assert shop.session(before).user_id == ada.user
    shop.do(log_out, LogOut(), ada)
    assert shop.session(before).user_id is None


def test_v7_4_4_the_document_shows_the_way_out(shop: Shop) -> None:
    """There are no pages behind a log-in; the way out is one request, from anywhere, and never refused."""
    paths = shop.visitor().get("/openapi.json").json()["paths"]

    assert "delete" in paths["/session"] and "delete" in paths["/sessions"]
    assert shop.visitor().delete("/session").status_code == shop.shopper().delete("/session").status_code == 204


def test_v7_5_1_what_one_logs_in_with_changes_after_the_current_password_only(shop: Shop) -> None:
    ada = shop.shopper()
    tag = {"If-Match": ada.get("/users/me").headers["etag"]}

    assert ada.patch("/users/me", json={"email": "eve@example.com"}, headers=tag).status_code == 422
    body = {"current_password": "not-the-current-one", "new_password": NEW}
    assert_problem(ada.post("/users/me/password", json=body), 401, "invalid-credentials")
    assert ada.get("/users/me").json()["email"] == str(Email(ada.email))


def test_v7_5_2_ones_sessions_are_seen_and_ended(shop: Shop) -> None:
    ada = shop.shopper()
    phone = ada.elsewhere()
    (other,) = [row for row in ada.get("/sessions").json()["data"] if not row["current"]]

    assert ada.delete(f"/sessions/{other['handle']}").status_code == 204
    assert phone.session()["authenticated"] is False
    assert ada.delete("/sessions").status_code == 204
    assert ada.session()["authenticated"] is False


def test_v7_5_3_a_stolen_session_cannot_lock_its_owner_out(shop: Shop) -> None:
    """The one operation after which the owner could not come back takes the password again."""
    ada: Shopper = shop.shopper()
    thief = carrying(shop, token_of(ada))

    for guess in ("password-1234", "", ada.email):
        body = {"current_password": guess, "new_password": NEW}
        assert_problem(thief.post("/users/me/password", json=body), 401, "invalid-credentials")

    assert shop.visitor().log_in(ada.email, ada.password).status_code == 201


def test_v7_4_5_a_new_secret_ends_every_session(tmp_path: Path) -> None:
    with Server(tmp_path / "data", session_secrets=SECRET) as server, Shop(server) as shop:
        ada = shop.shopper()
        assert ada.session()["authenticated"] is True
        server.settings["session_secrets"] = SECRET[::-1]
        server.restart()

        assert ada.session()["authenticated"] is False


def test_v7_1_3_and_7_6_nobody_else_vouches_for_anybody(shop: Shop) -> None:
    """A session with a user begins with a password of ours; no operation takes anybody else's word."""
    document = shop.visitor().get("/openapi.json").json()

    assert {kind["type"] for kind in document["components"]["securitySchemes"].values()} == {"apiKey", "http"}
    assert not [
        path for path in document["paths"] if any(word in path for word in ("oauth", "saml", "callback", "sso"))
    ]
