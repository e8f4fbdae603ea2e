"""What somebody would try who wants another's session."""

import base64
import random
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from itsdangerous import Signer

from tests.harness import wire
from tests.harness.client import Client, Shopper
from tests.harness.server import Server
from tests.harness.shop import Shop

RANDOM_COOKIES = 10_000
BATCH = 50
LAST = b'"idle_expires_at":null}'  # of an answer to nobody
A_LOT = 10_240  # bytes
SECRET = "the-only-secret-of-this-test-server-0123456789"  # noqa: S105


REVOCABLE = ["sql", "memory"]  # a session that is all in its cookie lives until it expires


@pytest.fixture(scope="module", params=[*REVOCABLE, "cookie", "cookie+encrypted"])
def attacked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("attacked")
    with Server(directory, session_store=request.param, session_secrets=SECRET) as server:
        yield server
        assert server.stop() == 0
    assert "Traceback" not in server.log.read_text(), server.tail()


@pytest.fixture
def stormed(attacked: Server) -> Iterator[Shop]:
    with Shop(attacked) as shop:
        yield shop


def asked_with(client: Client, cookie: str) -> httpx2.Response:
    return client.get("/session", headers={"Cookie": f"session={cookie}"})


def assert_nobody(answer: httpx2.Response) -> None:
    assert answer.status_code == 200, answer.text
    assert answer.json()["authenticated"] is False and "Max-Age=0" in answer.headers["set-cookie"]


def test_v7_2_4_an_id_that_was_planted_before_the_log_in_is_worth_nothing_after_it(stormed: Shop) -> None:
    ada, eve = stormed.shopper(), stormed.visitor()
    eve.patch("/session/preferences", json={"planted": True}).raise_for_status()
    victim = stormed.visitor()
    victim.cookies.update(eve.cookies)

    victim.log_in(ada.email, ada.password).raise_for_status()

    assert victim.cookies["session"] != eve.cookies["session"] and victim.session()["authenticated"] is True
    assert eve.session()["authenticated"] is False


@pytest.mark.parametrize("attacked", REVOCABLE, indirect=True)
def test_v7_4_1_a_copied_cookie_is_worth_nothing_after_the_log_out(stormed: Shop) -> None:
    ada = stormed.shopper()
    copied = ada.cookies["session"]

    ada.delete("/session").raise_for_status()

    assert_nobody(asked_with(stormed.visitor(), copied))


@pytest.mark.parametrize("attacked", REVOCABLE, indirect=True)
def test_v7_4_3_a_copied_cookie_is_worth_nothing_after_the_password_changed(stormed: Shop) -> None:
    ada = stormed.shopper()
    copied = ada.cookies["session"]
    body = {"current_password": ada.password, "new_password": "another-uncommon-phrase"}

    ada.post("/users/me/password", json=body).raise_for_status()

    assert_nobody(asked_with(stormed.visitor(), copied))
    assert ada.session()["authenticated"] is True


def test_v7_2_1_a_cookie_tampered_with_at_any_byte_is_nobodys(stormed: Shop) -> None:
    ada, visitor = stormed.shopper(), stormed.visitor()
    cookie = ada.cookies["session"]

    for position, character in enumerate(cookie):
        other = "B" if character == "A" else "A"
        assert_nobody(asked_with(visitor, cookie[:position] + other + cookie[position + 1 :]))
    assert ada.session()["authenticated"] is True


@pytest.mark.parametrize("purpose", ["", "session", "lockstep", "lockstep password reset", "lockstep session plugin"])
def test_v7_2_1_what_was_signed_for_another_purpose_is_refused(stormed: Shop, purpose: str) -> None:
    content = stormed.shopper().cookies["session"].rpartition(".")[0]

    forged = Signer(SECRET, salt=purpose, key_derivation="hmac", digest_method="sha256").sign(content or "x").decode()

    assert_nobody(asked_with(stormed.visitor(), forged))


def test_a_cookie_of_10_kb_is_nobodys(stormed: Shop) -> None:
    ada = stormed.shopper()

    for long in ("x" * A_LOT, ada.cookies["session"] + "A" * A_LOT, ada.cookies["session"] * 100):
        assert_nobody(asked_with(stormed.visitor(), long[:A_LOT]))


def test_nobody_gets_anothers_session_in_a_crowd(stormed: Shop) -> None:
    people = [stormed.shopper(f"Person-{number}") for number in range(4)]

    def browse(shopper: Shopper) -> set[str]:
        window, seen = shopper.twin(), set[str]()
        with window:
            for number in range(25):
                answer = window.patch("/session/preferences", json={"mine": f"{shopper.id} {number}"})
                seen |= {str(window.session()["user_id"]), answer.json()["mine"].split()[0]}
        return seen

    with ThreadPoolExecutor(8) as threads:
        seen = list(threads.map(browse, people * 2))

    assert seen == [{person.id} for person in people * 2]


def test_no_cookie_is_in_the_log(stormed: Shop) -> None:
    ada = stormed.shopper()
    cookies = {ada.cookies["session"]}
    asked_with(stormed.visitor(), ada.cookies["session"][:-1] + "~")
    ada.log_in(ada.email, ada.password).raise_for_status()
    cookies.add(ada.cookies["session"])

    log = stormed.server.log.read_text(errors="replace")

    assert not any(part in log for cookie in cookies for part in (cookie, cookie.partition(".")[0]))


def test_ten_thousand_random_cookies_are_nobodys_and_no_error(attacked: Server) -> None:
    with Shopper(attacked.base_url) as ada:
        cookie = ada.cookies["session"]
    dice = random.Random(7)  # noqa: S311 (the same ones each time)
    asked = [f"GET /session HTTP/1.1\r\nHost: shop\r\nCookie: session={one}\r\n\r\n" for one in invented(dice, cookie)]

    with wire.connect(attacked) as line:
        answers = b"".join(in_a_row(line, asked[start : start + BATCH]) for start in range(0, len(asked), BATCH))

    assert answers.count(b"HTTP/1.1 200 OK") == answers.count(b"HTTP/1.1 ") == RANDOM_COOKIES
    assert answers.count(b'"authenticated":false') == RANDOM_COOKIES


def in_a_row(line: socket.socket, requests: list[str]) -> bytes:
    """All sent at once; what has come once there is a whole answer to each."""
    line.sendall("".join(requests).encode())
    received = b""
    while received.count(LAST) < len(requests):
        chunk = line.recv(65_536)
        assert chunk, received[-500:]
        received += chunk
    return received


def invented(dice: random.Random, genuine: str) -> Iterator[str]:
    """Noise, ids of the right form, and genuine ones with a few bytes changed."""
    printable = [chr(code) for code in range(0x21, 0x7F) if chr(code) not in ',;"\\']
    for number in range(RANDOM_COOKIES):
        if number % 3 == 0:
            yield "".join(dice.choices(printable, k=dice.randrange(1, 200)))
        elif number % 3 == 1:
            parts = (base64.urlsafe_b64encode(dice.randbytes(32)).decode().rstrip("=") for _ in range(2))
            yield ".".join(parts)
        else:
            changed = list(genuine)
            for _ in range(dice.randrange(1, 4)):
                changed[dice.randrange(len(changed))] = dice.choice("ABCDEFabcdef0123456789-_.")
            yield "".join(changed) if "".join(changed) != genuine else "changed"
