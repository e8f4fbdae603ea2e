"""Headers that keep a browser from guessing, on every answer there is: also where nothing of the service ran."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.harness import wire
from tests.harness.crowd import eventually
from tests.harness.seeding import SECRET
from tests.harness.server import HOST, Server, lockstep

SETTINGS: dict[str, str | None] = {"env": None, "session_secrets": SECRET, "payment_gateway": "sandbox"}
STRICT = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
ANSWERS = {
    "ok": wire.request("GET", "/session"),
    "no content": wire.request("DELETE", "/session"),
    "head": wire.request("HEAD", "/products/"),
    "unauthenticated": wire.request("GET", "/orders/"),
    "not found": wire.request("GET", "/nothing-here"),
    "method not allowed": wire.request("PUT", "/session"),
    "cross-site": wire.request("DELETE", "/session", b"", "Sec-Fetch-Site: cross-site"),
    "announced too large": wire.request("POST", "/session", b"", "Content-Length: 70000"),
    "invalid": wire.request("POST", "/session", b"{}"),
    "not HTTP": b"BREW /coffee HTCPCP/1.0\r\n\r\n",
    "no length": b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
    "head too large": b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 70_000 + b"\r\n\r\n",
    "head without end": b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 600_000,
}
STATUS = {
    "ok": 200, "no content": 204, "head": 200, "unauthenticated": 401, "not found": 404, "method not allowed": 405,
    "cross-site": 403, "announced too large": 413, "invalid": 422, "not HTTP": 400, "no length": 400,
    "head too large": 431, "head without end": 431,
}  # fmt: skip


def answered(server: Server, request: bytes) -> wire.Answer:
    """What the service says first; it may hang up on whoever has not finished."""
    with wire.connect(server) as connection:
        with suppress(ConnectionError):  # it has heard enough
            connection.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received and (chunk := connection.recv(65_536)):
            received += chunk
    return wire.parse(received)


def assert_safe(answer: wire.Answer, policy: str = STRICT) -> None:
    assert answer.all("content-security-policy") == [policy]
    assert answer.all("x-content-type-options") == ["nosniff"]
    assert answer.all("referrer-policy") == ["no-referrer"]
    assert answer.all("cross-origin-resource-policy") == ["same-origin"]
    (hsts,) = answer.all("strict-transport-security")
    assert "max-age=31536000" in hsts and "includeSubDomains" in hsts
    assert len(answer.all("x-request-id")) == 1


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_answer_has_them(in_production: Server, kind: str) -> None:
    answer = answered(in_production, ANSWERS[kind])

    assert answer.status == STATUS[kind]
    assert_safe(answer)


@pytest.mark.parametrize("path", ["/docs", "/problems/not-found"])
def test_a_page_may_have_its_own_style_and_nothing_else(in_production: Server, path: str) -> None:
    answer = answered(in_production, wire.request("GET", path))

    (policy,) = answer.all("content-security-policy")
    assert policy.startswith("default-src 'none'; style-src 'sha256-") and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "script" not in policy
    assert_safe(answer, policy)


@contextmanager
def draining(server: Server) -> Iterator[None]:
    """A request under way keeps it from ending."""
    with wire.connect(server) as slow:
        slow.sendall(
            b"POST /session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
        )
        yield
        slow.sendall(b'"a": 1}}')


def test_what_a_draining_server_says_has_them_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    data_dir = tmp_path_factory.mktemp("draining")
    assert lockstep("migrate", data_dir=data_dir, **SETTINGS).returncode == 0
    server = Server(data_dir, **SETTINGS).start()
    with wire.connect(server) as connection, draining(server):
        connection.sendall(f"GET /livez HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        assert wire.receive(connection).status == 200
        server.signal_the_end()
        connection.sendall(f"GET /readyz HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        answer = wire.receive(connection)

    assert answer.status == 503
    assert_safe(answer)
    assert eventually(lambda: not server.running)
