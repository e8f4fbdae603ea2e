"""Log-ins are counted, and a session left alone ends."""

import time
from collections.abc import Iterator

import pytest

from tests.harness.client import Client
from tests.harness.crowd import eventually
from tests.harness.problems import assert_problem
from tests.harness.server import Server
from tests.harness.shop import Shop

IDLE, ABSOLUTE = 3, 7  # seconds


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings = {
        "login_attempts": "5/minute",
        "session_idle_seconds": str(IDLE),
        "session_absolute_seconds": str(ABSOLUTE),
    }
    with Server(tmp_path_factory.mktemp("strict"), **settings) as server:
        yield server


@pytest.fixture
def strict_shop(strict: Server) -> Iterator[Shop]:
    with Shop(strict) as shop:
        yield shop


def test_a_session_left_alone_ends_and_so_does_one_that_is_not(strict_shop: Shop) -> None:
    ada = strict_shop.shopper()
    phone = strict_shop.people.enter_context(ada.elsewhere())

    begun = time.monotonic()
    while time.monotonic() - begun < IDLE + 0.5:
        assert ada.session()["authenticated"] is True
        time.sleep(0.2)
    assert_ended(phone)
    assert eventually(lambda: not ada.session()["authenticated"], within=ABSOLUTE + 1)
    assert time.monotonic() - begun > IDLE + 1
    assert_problem(phone.get("/orders/"), 401, "unauthenticated")


def assert_ended(visitor: Client) -> None:
    answer = visitor.get("/session")
    assert answer.status_code == 200 and answer.json()["authenticated"] is False
    assert "set-cookie" in answer.headers and not visitor.cookies


def test_too_many_attempts_are_refused_even_with_the_right_password(strict_shop: Shop) -> None:
    email, password = "guessed@example.com", "a-long-and-uncommon-phrase"
    visitor = strict_shop.visitor()
    visitor.sign_up("Ada", email, password).raise_for_status()

    answers = [visitor.log_in(email, f"guess-number-{n}") for n in range(6)]
    right = visitor.log_in(email, password)

    assert_problem(answers[-1], 429, "too-many-attempts")
    assert_problem(right, 429, "too-many-attempts")
    assert 0 < int(right.headers["retry-after"]) <= 60
    assert visitor.session()["authenticated"] is False
