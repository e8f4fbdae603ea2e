"""OWASP ASVS 5.0, V3.3: how the one cookie is set, in production."""

from collections.abc import Iterator

import pytest

from tests.harness.client import Client, unique
from tests.harness.server import Server

PASSWORD = "a-long-and-uncommon-phrase"  # noqa: S105


@pytest.fixture
def cookie(in_production: Server) -> Iterator[list[str]]:
    """The parts of what a log-in sets."""
    with Client(in_production.base_url) as visitor:
        email = f"{unique('ada')}@example.com"
        visitor.sign_up("Ada", email, PASSWORD).raise_for_status()
        (header,) = visitor.log_in(email, PASSWORD).raise_for_status().headers.get_list("set-cookie")
        yield header.split("; ")


def test_v3_3_1_it_goes_over_https_only(cookie: list[str]) -> None:
    assert "Secure" in cookie


def test_v3_3_2_it_does_not_come_along_when_another_site_asks(cookie: list[str]) -> None:
    assert "SameSite=Lax" in cookie


def test_v3_3_3_it_is_for_this_host_only(cookie: list[str]) -> None:
    assert cookie[0].startswith("__Host-session=") and "Path=/" in cookie
    assert not any(part.lower().startswith("domain") for part in cookie)


def test_v3_3_4_no_script_sees_it_and_no_body_has_it(in_production: Server, cookie: list[str]) -> None:
    assert "HttpOnly" in cookie
    with Client(in_production.base_url) as browser:
        browser.headers["Cookie"] = cookie[0]
        value = cookie[0].partition("=")[2]
        for path in ("/session", "/sessions", "/users/me"):
            answer = browser.get(path)
            assert answer.status_code == 200 and value not in answer.text and value[:43] not in answer.text


def test_v3_3_5_it_is_never_longer_than_a_browser_takes(in_production: Server, cookie: list[str]) -> None:
    assert len(cookie[0]) <= 4096
    with Client(in_production.base_url) as browser:
        browser.headers["Cookie"] = cookie[0]
        for size in (1000, 4000, 5000):
            answer = browser.patch("/session/preferences", json={"text": "x" * size})
            assert answer.status_code == (200 if size < 4096 else 413)
            assert all(len(one.partition(";")[0]) <= 4096 for one in answer.headers.get_list("set-cookie"))
